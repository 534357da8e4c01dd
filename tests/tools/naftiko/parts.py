"""The parts of a capability, each with its place, for rules that look at all of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
Placed = tuple[str, Json]


def adapters(document: Json, kind: str) -> Iterator[Placed]:
    """Yield the adapters of a kind: `consumes`, `mcp`, `rest` or `skill`."""
    side = "consumes" if kind == "consumes" else "exposes"
    for index, adapter in enumerate(document["capability"][side]):
        if kind in ("consumes", adapter["type"]):
            yield f"{side}[{index}]", adapter


def resources(document: Json, kind: str) -> Iterator[Placed]:
    """Yield the resources of the adapters of a kind."""
    for place, adapter in adapters(document, kind):
        for resource in adapter["resources"]:
            yield f"{place}.{resource['name']}", resource


def operations(document: Json, kind: str) -> Iterator[tuple[str, Json, Json]]:
    """Yield the operations of the adapters of a kind, each with its resource."""
    for place, resource in resources(document, kind):
        for operation in resource["operations"]:
            yield f"{place}.{operation['name']}", resource, operation


def tools(document: Json) -> Iterator[tuple[str, Json, Json]]:
    """Yield the tools, each with its server."""
    for place, server in adapters(document, "mcp"):
        for tool in server["tools"]:
            yield f"{place}.{tool['name']}", server, tool


def skills(document: Json) -> Iterator[Json]:
    """Yield the skills."""
    for _, server in adapters(document, "skill"):
        yield from server["skills"]


def exposed(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield tools and REST operations, each with the namespace that its inputs have."""
    for place, server, tool in tools(document):
        yield place, server["namespace"], tool
    for place, server in adapters(document, "rest"):
        for resource in server["resources"]:
            for operation in resource["operations"]:
                yield f"{place}.{operation['name']}", server["namespace"], operation


def called(document: Json, call: str) -> tuple[Json, Json, Json] | None:
    """Return the adapter, the resource and the operation that a call names, or None."""
    namespace, _, name = call.partition(".")
    for _, adapter in adapters(document, "consumes"):
        for resource in adapter["resources"]:
            for operation in resource["operations"]:
                if (adapter["namespace"], operation["name"]) == (namespace, name):
                    return adapter, resource, operation
    return None
