"""Taking secrets out of whatever leaves the tools, before anything else looks at it.

Which fields are secret is told by their names. Values in free text cannot be known so; those of the call
itself (its credential, and the secrets among its arguments) are known, and are taken out of any text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.known_secrets import KnownSecrets, texts_in
from vapi_sessions_tools.engine.named_secrets import without_named
from vapi_sessions_tools.engine.placeholder import REDACTED
from vapi_sessions_tools.engine.secret_policy import SecretNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vapi_sessions_tools.engine.secret_policy import SecretPolicy, Trail

_SCHEMA_WORDS = frozenset(
    {
        *("type", "properties", "required", "items", "enum", "const", "description", "title", "default"),
        *("format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"),
        *("additionalProperties", "oneOf", "anyOf", "allOf", "not", "$ref", "$schema", "$defs", "examples"),
        *("example", "nullable", "deprecated", "uniqueItems", "value", "strict", "minProperties"),
        *("maxProperties", "multipleOf", "exclusiveMinimum", "exclusiveMaximum", "readOnly", "writeOnly"),
    }
)
_SCHEMA_VALUES = ("default", "const", "enum", "example", "examples", "value")
_LONGEST_JSON_TEXT = 1_000_000
_SIP_PASSWORD = re.compile(r"(sips?:[^\s:@]{1,128}:)[^\s@]{1,256}@", re.IGNORECASE)
_HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+")


class Redactor:
    """Replaces secrets in JSON values and texts.

    Args:
        policy: Which fields hold secrets.
        reveal_links: Whether links to recordings and logs stay readable.
    """

    def __init__(self, policy: SecretPolicy, *, reveal_links: bool = False) -> None:
        self._names = SecretNames(policy)
        self._reveal_links = reveal_links

    def redact(self, value: Any, known: Iterable[str] = ()) -> Any:
        """Return a JSON value without its secrets.

        Args:
            value: What the API answered, or any part of it.
            known: Secret values of the call, to take out of every text.
        """
        return _Redaction(self._names, KnownSecrets(known), reveal_links=self._reveal_links).of(value, ())

    def told(self, value: Any, known: Iterable[str]) -> Any:
        """Return what an API tells of a failure without secrets: known ones, and named ones in texts too.

        Args:
            value: The body of its answer, or a text.
            known: Secret values of the call.
        """
        # The known ones first: what is taken out by its name may be a part of one.
        return without_named(self._names, self.redact(self.without(value, known)))

    def without(self, value: Any, known: Iterable[str]) -> Any:
        """Return a JSON value of ours without the given secrets; its fields may be named like secrets.

        Args:
            value: What tells of a contract, such as an error with the schema of a credential.
            known: Secret values, to take out of every text and name.
        """
        return KnownSecrets(known).out_of(value)

    def text(self, text: str, known: Iterable[str]) -> str:
        """Return a text without the given secrets."""
        return cast("str", self.without(text, known))

    def public_path(self, path: Sequence[str | int]) -> tuple[str | int, ...]:
        """Return a place up to the first secret field: the names below it may be secrets themselves."""
        trail: list[str] = []
        for at, part in enumerate(path, 1):
            if isinstance(part, str):
                if self._names.is_secret(part, tuple(trail)):
                    return tuple(path[:at])
                trail.append(part)
        return tuple(path)

    def secrets_in(self, value: Any) -> tuple[str, ...]:
        """Return the texts that are hidden in a value, those in JSON that is sent as text included."""
        redaction = _Redaction(self._names, KnownSecrets(()), reveal_links=False)
        redaction.of(value, ())
        return tuple(dict.fromkeys(redaction.hidden))


class _Redaction:
    """One walk over a value.

    Args:
        names: Tells what fields are.
        known: Is taken out of every text.
        reveal_links: Whether links to recordings and logs stay readable.

    Attributes:
        hidden: The texts that were hidden.
    """

    def __init__(self, names: SecretNames, known: KnownSecrets, *, reveal_links: bool) -> None:
        self._names = names
        self._known = known
        self._reveal_links = reveal_links
        self.hidden: list[str] = []

    def of(self, value: Any, trail: Trail) -> Any:
        """Return a value without its secrets."""
        if is_object(value):
            return {self._known.out_of(name): self._field(name, held, trail) for name, held in value.items()}
        if is_list(value):
            return [self.of(item, trail) for item in value]
        return self._text(value, trail) if isinstance(value, str) else value

    def _text(self, text: str, trail: Trail) -> str:
        if not self._reveal_links and self._is_link(text, trail):
            return self._hide(text)
        if text[:1] in ("{", "[") and len(text) <= _LONGEST_JSON_TEXT:
            text = self._within(text, trail)
        if "@" in text and "sip" in text.lower():
            text = _SIP_PASSWORD.sub(rf"\1{REDACTED}@", text)
        return cast("str", self._known.out_of(text))

    def _is_link(self, text: str, trail: Trail) -> bool:
        any_text, any_url = self._names.below(trail)
        return any_text or (any_url and "://" in text)

    def _within(self, text: str, trail: Trail) -> str:
        """Return JSON that is written as text without its secrets; where it has none, as it was written."""
        doubled: list[str] = []

        def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            held = dict(pairs)
            if len(held) < len(pairs):
                doubled.append(text)  # of two fields of one name, the hidden one must not stay
            return held

        try:
            value = json.loads(text, object_pairs_hook=once)
            clean = self.of(value, trail)
        except (ValueError, RecursionError):
            return text
        if clean == value and not doubled:
            return text
        # Not every number in such a text is one of JSON; what was written so is written so again.
        return json.dumps(clean, ensure_ascii=False, separators=(",", ":"))

    def _field(self, name: str, value: Any, trail: Trail) -> Any:
        if value is None or isinstance(value, bool) or value in ("", [], {}):
            return value
        if self._names.is_plain(name) and (not trail or self._names.is_plain(trail[-1])):
            return self.of(value, (*trail, name))
        return self._telling_field(name, value, trail)

    def _telling_field(self, name: str, value: Any, trail: Trail) -> Any:
        """Return what stands in a field that may be secret by its name or by what it stands in."""
        if _is_schema(value) and self._holds_schemas(name, trail):
            hides = self._names.is_secret(name, trail) or self._names.is_holder(name)
            return self._schema(value, (*trail, name), hides=hides)
        if self._is_hidden(name, value, trail):
            return self._hide(value)
        if self._names.is_value_list(name) and is_object(value) and not self._names.is_schema(name):
            return {self._known.out_of(key): self._hide(held) for key, held in value.items()}
        if self._names.is_host_only(name):
            return self._hosts(value, (*trail, name))
        return self.of(value, (*trail, name))

    def _is_hidden(self, name: str, value: Any, trail: Trail) -> bool:
        if self._names.is_secret(name, trail) or self._is_several(name, value):
            return True
        return isinstance(value, str) and not self._reveal_links and self._names.is_link(name, trail)

    def _holds_schemas(self, name: str, trail: Trail) -> bool:
        """Whether a JSON Schema may stand in a field: it describes values, and holds but a few."""
        within = bool(trail) and trail[-1] == "properties"
        return within or self._names.is_schema(name)

    def _schema(self, schema: Any, trail: Trail, *, hides: bool) -> Any:
        """Return a schema: readable, but for the values of secrets that it gives away.

        Args:
            schema: The schema, or a list of some.
            trail: The fields around it.
            hides: Whether what it describes is secret.
        """
        if is_list(schema):
            return [self._schema(inner, trail, hides=hides) for inner in schema]
        if not _is_schema(schema):
            return self._hide(schema) if hides and not isinstance(schema, bool) else self.of(schema, trail)
        return {word: self._schema_word(word, held, trail, hides=hides) for word, held in schema.items()}

    def _schema_word(self, word: str, held: Any, trail: Trail, *, hides: bool) -> Any:
        if word == "properties" and is_object(held):
            return {name: self._property(name, inner, trail, hides=hides) for name, inner in held.items()}
        if word in _SCHEMA_VALUES:
            return self._hide(held) if hides else self.of(held, trail)
        if is_object(held) or (is_list(held) and any(map(is_object, held))):
            return self._schema(held, trail, hides=hides)
        return self._known.out_of(held)

    def _property(self, name: str, value: Any, trail: Trail, *, hides: bool) -> Any:
        if hides:
            return self._schema(value, (*trail, "properties", name), hides=True)
        return self._field(name, value, (*trail, "properties"))

    def _is_several(self, name: str, value: Any) -> bool:
        """Whether a field holds several secrets in a form that hides which is which."""
        if self._names.is_holder(name) or (
            self._names.is_value_list(name) and not self._names.is_schema(name)
        ):
            return isinstance(value, str) or (is_list(value) and not all(is_object(item) for item in value))
        if not self._names.is_plural(name):
            return False
        held = list(value.values()) if is_object(value) else value if is_list(value) else [value]
        return any(isinstance(item, str) for item in held)

    def _hosts(self, value: Any, trail: Trail) -> Any:
        """Keep of each URL its scheme and host; what follows them may be a secret."""
        if is_object(value):
            return {name: self._hosts(held, (*trail, name)) for name, held in value.items()}
        if is_list(value):
            return [self._hosts(item, trail) for item in value]
        if not isinstance(value, str):
            return value
        shown = host_only(value)
        if shown != value:
            self.hidden.append(value)
        return self._known.out_of(shown)

    def _hide(self, value: Any) -> str:
        self.hidden += texts_in(value)
        return REDACTED


def _is_schema(value: Any) -> bool:
    """Whether a value is a JSON Schema, and nothing besides."""
    return is_object(value) and all(word in _SCHEMA_WORDS or word.startswith("x-") for word in value)


def host_only(text: str) -> str:
    """Return a URL's scheme and host, with a mark for what follows them."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return REDACTED
    if not parts.scheme or not host or not _HOST.fullmatch(host):
        return REDACTED
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
    return text if text.rstrip("/").lower() == origin.lower() else f"{origin}/{REDACTED}"
