"""Calls with one wrong value each, at every place that a tool's arguments have."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tools.teaching.union_branches import Branch, arguments_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.teaching.published_contract import Json, PublishedContract

WRONG_ANYWHERE: tuple[Any, ...] = (True, "no such value", [], {})
WRONG_BY_KIND: dict[str, tuple[Any, ...]] = {
    "string": ("x" * 10_001, 12345),
    "number": (-1_000_000_000, 1_000_000_000_000),
    "integer": (-1_000_000_000, 1_000_000_000_000, 0.5),
    "array": ([{}], [True]),
}
"""Wrong by type, by list, by form, by length or by range, wherever any such rule holds."""

_SOME_ID = "123e4567-e89b-12d3-a456-426614174000"


def creation_probes(contract: PublishedContract) -> Iterator[Json]:
    """Yield arguments of create_session, wrong at each place in turn."""
    places = {way: schema for way, schema in walk(contract) if way and not isinstance(way[-1], Branch)}
    for way, schema in places.items():
        yield from (arguments_of(way, value) for value in _wrong_for(schema))


def update_probes(contract: PublishedContract) -> Iterator[Json]:
    """Yield arguments of update_session, wrong at each place in turn."""
    for name, schema in contract.schemas["UpdateSessionDTO"]["properties"].items():
        yield from ({"id": _SOME_ID, name: value} for value in _wrong_for(schema))
    for field, schema in contract.schemas["ToolMessage"]["properties"].items():
        for value in _wrong_for(schema):
            yield {"id": _SOME_ID, "messages": [{"role": "tool", field: value}]}
    yield from ({"id": value} for value in _wrong_for({"type": "string"}))


def list_probes() -> Iterator[Json]:
    """Yield arguments of list_sessions, wrong at each in turn."""
    text = files("vapi_sessions_tools.contract").joinpath("facts.json").read_text(encoding="utf-8")
    for parameter in json.loads(text)["paths"]["/session"]["get"]["parameters"]:
        yield from ({parameter["name"]: value} for value in _wrong_for(parameter["schema"]))


def _wrong_for(schema: Json) -> tuple[Any, ...]:
    return (*WRONG_ANYWHERE, *WRONG_BY_KIND.get(schema.get("type", ""), ()))
