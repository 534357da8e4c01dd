"""Which fields hold secrets: a policy that is data, and the reading of names by it.

The policy stands in the contract (`x-secret` on its root), so the rule that a reader checks against the
field list is the rule that runs. Names are compared by their letters and digits alone, without case, at
any depth, declared or not.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.operation import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

Trail = tuple[str, ...]
"""The names of the fields around a value, outermost first."""


_KINDS_OF_TOKENS = ("access", "refresh", "auth", "api", "bearer", "session", "secret", "id")


_MOST_KNOWN = 4_096


class Links(Frozen):
    """Links that are bearer credentials for recordings and logs.

    Args:
        names: Fields that hold one, anywhere.
        beginnings: Beginnings of such names.
        holders: Objects all of whose texts are such links, or lead to the same.
        within: Objects all of whose fields ending in `url` are such links.
    """

    names: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


class SecretPolicy(Frozen):
    """Which fields hold secrets.

    Args:
        names: Names that are secret as they are.
        endings: Endings that make a name secret.
        exceptions: Names that look it and are not.
        exception_endings: Endings of such names.
        holders: Objects all of whose values are secret.
        value_lists: Lists whose entries' `value` is secret; an object in such a list's place is a holder.
        schemas: Of the last two those that may be a JSON Schema instead, which describes values.
        hosts_only: URLs that may carry a secret behind the host.
        secret_links: URLs that are secrets as a whole.
        links: Links to recordings and logs.
    """

    names: tuple[str, ...] = ()
    endings: tuple[str, ...] = (
        *("token", "secret", "password", "apikey", "privatekey", "accesskey"),
        *("authorization", "cookie", "credential"),
    )
    exceptions: tuple[str, ...] = ()
    exception_endings: tuple[str, ...] = ()
    holders: tuple[str, ...] = ("headers",)
    value_lists: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ("headers", "parameters")
    hosts_only: tuple[str, ...] = ()
    secret_links: tuple[str, ...] = ()
    links: Links = Links()


class SecretNames:
    """Tells by their names what fields are.

    Args:
        policy: Which fields hold secrets.
    """

    def __init__(self, policy: SecretPolicy) -> None:
        self._names = _forms((*policy.names, *policy.secret_links))
        self._endings = policy.endings
        # `cookies` are secret as `cookie` is; but models speak of tokens, and mean words.
        plain = tuple(f"{ending}s" for ending in policy.endings if ending != "token")
        self._plurals = (*plain, *(f"{kind}tokens" for kind in _KINDS_OF_TOKENS))
        self._exceptions = _forms(policy.exceptions)
        self._exception_endings = policy.exception_endings
        self._holders = _forms(policy.holders)
        self._value_lists = _forms(policy.value_lists)
        self._schemas = _forms(policy.schemas)
        self._hosts_only = _forms(policy.hosts_only)
        self._links = _forms(policy.links.names)
        self._link_beginnings = tuple(_forms(policy.links.beginnings))
        self._link_holders = _forms((*policy.links.holders, *policy.links.within))
        self._url_holders = _forms(policy.links.holders)
        self._plain: dict[str, bool] = {}
        self._below: dict[Trail, tuple[bool, bool]] = {}

    def is_plain(self, name: str) -> bool:
        """Whether a name says nothing of secrets, neither of itself nor of what stands below it."""
        known = self._plain.get(name)
        if known is None:
            if len(self._plain) >= _MOST_KNOWN:
                self._plain.clear()  # names come from anywhere, and must not fill the memory
            known = self._plain[name] = self._says_nothing(name)
        return known

    def _says_nothing(self, name: str) -> bool:
        form = form_of(name)
        return not (
            form in ("value", "properties")
            or form.endswith(("url", "urls"))
            or form in self._link_beginnings
            or form in self._link_holders
            or self.is_secret(name)
            or self.is_plural(name)
            or self.is_holder(name)
            or self.is_value_list(name)
            or self.is_schema(name)
            or self.is_host_only(name)
        )

    def below(self, trail: Trail) -> tuple[bool, bool]:
        """Return whether any text, and whether any URL, below these fields is a link that is a credential."""
        known = self._below.get(trail)
        if known is None:
            if len(self._below) >= _MOST_KNOWN:
                self._below.clear()
            known = self._below[trail] = (self.is_below_links(trail), self.is_below_link(trail))
        return known

    def is_secret(self, name: str, trail: Trail = ()) -> bool:
        """Whether a field is secret, whatever it holds."""
        form = form_of(name)
        if trail and form_of(trail[-1]) in self._holders:
            return True
        if form == "value" and trail and (self.is_value_list(trail[-1]) or self.is_plural(trail[-1])):
            return True
        if form in self._exceptions or form.endswith(self._exception_endings):
            return False
        return form in self._names or form.endswith(self._endings)

    def is_plural(self, name: str) -> bool:
        """Whether a field is named like several secrets: it is one when it holds texts."""
        return form_of(name).endswith(self._plurals) and form_of(name) not in self._exceptions

    def is_holder(self, name: str) -> bool:
        """Whether all values in a field are secret."""
        return form_of(name) in self._holders

    def is_value_list(self, name: str) -> bool:
        """Whether a field holds names with secret values."""
        return form_of(name) in self._value_lists

    def is_schema(self, name: str) -> bool:
        """Whether a field may hold a JSON Schema in place of values."""
        return form_of(name) in self._schemas

    def is_host_only(self, name: str) -> bool:
        """Whether a field holds a URL of which the host alone is shown."""
        return form_of(name) in self._hosts_only or form_of(name).removesuffix("s") in self._hosts_only

    def is_link(self, name: str, trail: Trail) -> bool:
        """Whether a field holds a link that is a credential."""
        form = form_of(name).removesuffix("s")
        if not form.endswith("url"):
            return False
        return (
            form in self._links
            or form.startswith(self._link_beginnings)
            or any(form_of(part) in self._link_holders for part in trail)
        )

    def is_below_link(self, trail: Trail) -> bool:
        """Whether any URL below these fields is a link that is a credential."""
        return any(
            form_of(name) in self._link_beginnings or self.is_link(name, trail[:at])
            for at, name in enumerate(trail)
        )

    def is_below_links(self, trail: Trail) -> bool:
        """Whether any text below these fields is such a link, or leads to what it does."""
        return any(form_of(name) in self._url_holders for name in trail)


@lru_cache(maxsize=4_096)
def form_of(name: str) -> str:
    """Return a name's letters and digits in lower case: `X-Api.Key` is `xapikey`."""
    plain = name if name.isascii() else unicodedata.normalize("NFKC", name)
    return "".join(character for character in plain.lower() if character.isalnum())


def _forms(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(form_of, names))
