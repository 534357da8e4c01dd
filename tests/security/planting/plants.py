"""Secrets planted in a session: several at a time, each in one of the shapes that a field may have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from fake_upstream import session
from security.planting.places import DECLARED, UNDECLARED, Place
from security.planting.secret_texts import Secret, drawn_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

NEWEST = "2099-07-28T09:00:00.000Z"
"""When a session was created that may be a lost one."""


@dataclass
class Planted:
    """A session that holds secrets.

    Args:
        body: The session.
        secrets: What it holds.
        places: Where.
    """

    body: dict[str, Any]
    secrets: list[Secret] = field(default_factory=list["Secret"])
    places: list[Place] = field(default_factory=list["Place"])

    def plant(self, place: Place, hidden: Secret, shape: Callable[[str], Any]) -> None:
        """Put a secret at a place, in a shape."""
        put(self.body, place.path, shape(standing(place, hidden.text)))
        self.secrets.append(hidden)
        self.places.append(place)


def body_with(place: Place, hidden: Secret, shape: Callable[[str], Any]) -> dict[str, Any]:
    """Return an object that holds a secret at a place, in a shape, and nothing else."""
    planted = Planted({})
    planted.plant(place, hidden, shape)
    return planted.body


def standing(place: Place, text: str) -> str:
    """Return what stands at a place for a secret text."""
    if place.form not in ("address", "link"):
        return text
    host = "https://hooks.example" if place.form == "address" else "https://records.example:8443"
    return f"{host}/{text}?signature={text}#{text}"


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a path: what leads there is made, and each list gets an entry of its own."""
    holder = body
    *names, last = path.split(".")
    for name in names:
        if name.endswith("[]"):
            entries = holder.setdefault(name[:-2], [])
            entries.append({"name": "one"})
            holder = entries[-1]
        else:
            holder = holder.setdefault(name, {})
    holder[last] = value


SHAPES: dict[str, tuple[Callable[[str], Any], ...]] = {
    "text": (
        lambda text: text,
        lambda text: [text],
        lambda text: {"value": text, "note": "new"},
        lambda text: ["plain", [text]],
        lambda text: [{"a": {"b": [text]}}, 1],
        lambda text: {text: True},
    ),
    "address": (
        lambda text: text,
        lambda text: [text, "https://plain.example"],
        lambda text: {"raw": text},
        lambda text: text.removeprefix("https:"),
        lambda text: text.replace("://", "://ada:") + "@hooks.example",
        lambda text: text.replace("example/", "example;"),
        lambda text: text.replace("example/", "example\\"),
    ),
    "several": (
        lambda text: [text],
        lambda text: {"a": text},
        lambda text: ["plain", text],
    ),
    "schema": (
        lambda text: {"type": "string", "default": text},
        lambda text: {"type": "string", "enum": ["plain", text]},
        lambda text: {"const": text, "description": "plain"},
        lambda text: {"type": "object", "example": {"a": text}},
        lambda text: {"type": "array", "items": {"type": "string", "examples": [text]}},
        lambda text: {"now": text},
        lambda text: text,
    ),
    "link": (lambda text: text, lambda text: [text], lambda text: {"href": text, "expires": 3600}),
}
"""What may stand at a place, by its form; the first is what is published."""

HOLDERS = ("headers", "sipHeaders", "environmentVariables")
HOLDER_SHAPES: tuple[Callable[[str], Any], ...] = (
    lambda text: text,
    lambda text: [text],
    lambda text: {"A": text, "b": 80},
    lambda text: {"A": [text]},
    lambda text: [["A", text]],
    lambda text: [{"name": "A", "value": text}, {"name": "B", "value": [text]}],
)
"""What may stand at a holder of secrets itself."""

GROUPS = [
    [place for place in places if place.form == form]
    for places in (DECLARED, UNDECLARED)
    for form in SHAPES
    if any(place.form == form for place in places)
]
"""The places by what stands there, so that each kind is drawn as often."""

_NOISE = ("model", "voice", "newPart", "plan", "x")


def noise() -> st.SearchStrategy[dict[str, Any]]:
    """Draw fields that hold nothing secret."""
    plain = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "plain", "a b"])
    values = st.recursive(plain, lambda inner: st.lists(inner, max_size=2) | _objects(inner), max_leaves=4)
    return _objects(values)


def _objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(_NOISE), values, max_size=2)


@st.composite
def planted_sessions(draw: st.DrawFn) -> Planted:
    """Draw a session with secrets in it."""
    texts = drawn_secrets()
    said = [{"role": "user", "content": "Hi"}, {"role": "bot", "message": "Hello", "time": 0}]
    planted = Planted(session(name="plain", createdAt=NEWEST, messages=said, extra=draw(noise())))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from(draw(st.sampled_from(GROUPS))))
        planted.plant(place, draw(texts), draw(st.sampled_from(SHAPES[place.form])))
    if draw(st.booleans()):
        holder = Place(f"newPart[].{draw(st.sampled_from(HOLDERS))}")
        planted.plant(holder, draw(texts), draw(st.sampled_from(HOLDER_SHAPES)))
    planted.body["customer"] = {**planted.body.get("customer", {}), "number": "+14155551234"}
    return planted
