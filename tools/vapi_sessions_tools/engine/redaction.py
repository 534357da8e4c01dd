"""Taking secrets out of whatever leaves the tools, before anything else looks at it.

The policy is data (`x-secret` on the contract's root), so the rule that a reader checks against the
field list is the rule that runs. Names are compared without case, `_` and `-`, at any depth, declared
or not. Values in free text cannot be known by name; those of the call itself (its credential, and the
secrets among its arguments) are known, and are taken out of any text.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.operation import Frozen
from vapi_sessions_tools.engine.placeholder import REDACTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_SHORTEST_KNOWN = 6
"""Characters: a shorter value cannot be taken out of text without taking out words."""


class Links(Frozen):
    """Links that are bearer credentials for recordings and logs.

    Args:
        names: Fields that hold one, anywhere.
        beginnings: Beginnings of such names.
        holders: Objects all of whose URLs are such links.
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
        value_lists: Lists whose entries' `value` is secret.
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
    hosts_only: tuple[str, ...] = ()
    secret_links: tuple[str, ...] = ()
    links: Links = Links()


class Redactor:
    """Replaces secrets in JSON values and texts.

    Args:
        policy: Which fields hold secrets.
        reveal_links: Whether links to recordings and logs stay readable.
    """

    def __init__(self, policy: SecretPolicy, *, reveal_links: bool = False) -> None:
        self._policy = policy
        self._reveal_links = reveal_links

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(map(_form, (*self._policy.names, *self._policy.secret_links)))

    @cached_property
    def _exceptions(self) -> frozenset[str]:
        return frozenset(map(_form, self._policy.exceptions))

    @cached_property
    def _holders(self) -> frozenset[str]:
        return frozenset(map(_form, self._policy.holders))

    @cached_property
    def _value_lists(self) -> frozenset[str]:
        return frozenset(map(_form, self._policy.value_lists))

    @cached_property
    def _hosts_only(self) -> frozenset[str]:
        return frozenset(map(_form, self._policy.hosts_only))

    @cached_property
    def _link_names(self) -> frozenset[str]:
        return frozenset(map(_form, self._policy.links.names))

    @cached_property
    def _link_beginnings(self) -> tuple[str, ...]:
        return tuple(map(_form, self._policy.links.beginnings))

    @cached_property
    def _link_holders(self) -> frozenset[str]:
        return frozenset(map(_form, (*self._policy.links.holders, *self._policy.links.within)))

    @cached_property
    def _url_holders(self) -> frozenset[str]:
        return frozenset(map(_form, self._policy.links.holders))

    def redact(self, value: Any, known: Iterable[str] = ()) -> Any:
        """Return a JSON value without its secrets.

        Args:
            value: What the API answered, or any part of it.
            known: Secret values of the call, to take out of every text.
        """
        return self._walk(value, (), _searched(known))

    def without(self, value: Any, known: Iterable[str]) -> Any:
        """Return a JSON value of ours without the given secrets; its fields may be named like secrets.

        Args:
            value: What tells of a contract, such as an error with the schema of a credential.
            known: Secret values, to take out of every text.
        """
        return _without_known(value, _searched(known))

    def text(self, text: str, known: Iterable[str]) -> str:
        """Return a text without the given secrets."""
        return cast("str", self.redact(text, known))

    def secrets_in(self, value: Any) -> tuple[str, ...]:
        """Return the texts that stand at secret-bearing places of a value."""
        return tuple(self._secrets(value, ()))

    def _walk(self, value: Any, trail: tuple[str, ...], known: tuple[str, ...]) -> Any:
        if is_object(value):
            return {
                _without(key, known): self._field(key, child, trail, known) for key, child in value.items()
            }
        if is_list(value):
            return [self._walk(item, trail, known) for item in value]
        return _without(value, known) if isinstance(value, str) else value

    def _field(self, key: str, value: Any, trail: tuple[str, ...], known: tuple[str, ...]) -> Any:
        if value is None or isinstance(value, bool) or value in ("", [], {}):
            return value
        if self._is_secret_field(key, value, trail) or self._is_link(key, value, trail):
            return REDACTED
        if isinstance(value, str) and _form(key) in self._hosts_only:
            return _without(_host_only(value), known)
        return self._walk(value, (*trail, key), known)

    def _is_secret_field(self, key: str, value: Any, trail: tuple[str, ...]) -> bool:
        name = _form(key)
        if name in self._holders and _is_text(value):
            return True  # headers written as text
        if name in self._value_lists and is_object(value) and all(isinstance(v, str) for v in value.values()):
            return True  # names and values as one object
        if trail and trail[-1] == "properties" and is_object(value):
            return False  # the schema of a field of that name, which holds no value
        return self.is_secret(key, trail)

    def is_secret(self, key: str, trail: tuple[str, ...] = ()) -> bool:
        """Whether the field `key` is secret, below the fields of `trail`, outermost first."""
        policy, name = self._policy, _form(key)
        holder = _form(trail[-1]) if trail else ""
        if holder in self._holders or (name == "value" and holder in self._value_lists):
            return True
        if name in self._exceptions or name.endswith(policy.exception_endings):
            return False
        return name in self._names or name.endswith(policy.endings)

    def _is_link(self, key: str, value: Any, trail: tuple[str, ...]) -> bool:
        name = _form(key)
        if self._reveal_links:
            return False
        if isinstance(value, str) and "://" in value and {name, *map(_form, trail)} & self._url_holders:
            return True
        if not name.endswith("url") or is_object(value):
            return False
        return (
            name in self._link_names
            or name.startswith(self._link_beginnings)
            or any(_form(part) in self._link_holders for part in trail)
        )

    def _secrets(self, value: Any, trail: tuple[str, ...]) -> Iterator[str]:
        if is_object(value):
            for key, child in value.items():
                if self._is_secret_field(key, child, trail):
                    yield from _texts(child)
                else:
                    yield from self._secrets(child, (*trail, key))
        elif is_list(value):
            for item in value:
                yield from self._secrets(item, trail)


@lru_cache(maxsize=4_096)
def _form(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _searched(known: Iterable[str]) -> tuple[str, ...]:
    """Return the secrets that are long enough to be looked for, the longest first."""
    return tuple(sorted((text for text in known if len(text) >= _SHORTEST_KNOWN), key=len, reverse=True))


def _without_known(value: Any, known: tuple[str, ...]) -> Any:
    if is_object(value):
        return {_without(key, known): _without_known(child, known) for key, child in value.items()}
    if is_list(value):
        return [_without_known(item, known) for item in value]
    return _without(value, known) if isinstance(value, str) else value


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (is_list(value) and all(isinstance(item, str) for item in value))


def _without(text: str, known: tuple[str, ...]) -> str:
    if not text.isascii():
        # Half of a surrogate pair cannot be sent on; it is shown as what it is, unreadable.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for secret in known:
        text = text.replace(secret, REDACTED)
    return text


def _host_only(text: str) -> str:
    """Keep a URL's scheme and host; what follows them may be a secret."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return REDACTED
    if not parts.scheme or not host:
        return REDACTED
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    return text if text.rstrip("/") == origin else f"{origin}/{REDACTED}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_object(value):
        for child in value.values():
            yield from _texts(child)
    elif is_list(value):
        for item in value:
            yield from _texts(item)
