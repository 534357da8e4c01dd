"""The Naftiko engine as far as tests need it: finds the parts of a capability and fills in its requests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pystache

from vapi_sessions_tools.engine.json_values import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

_RENDERER = pystache.Renderer(escape=str, missing_tags="ignore")
_parsed = cache(pystache.parse)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request, with the headers that parameters set."""

    method: str
    url: str
    body: str | None
    headers: dict[str, str]


def adapters(document: Json, kind: str) -> list[Json]:
    """Return the adapters of a kind: `consumes`, `mcp`, `rest` or `skill`."""
    capability = document["capability"]
    if kind == "consumes":
        return capability["consumes"]
    return [adapter for adapter in capability["exposes"] if adapter["type"] == kind]


def resources(document: Json, kind: str) -> list[Json]:
    return [resource for adapter in adapters(document, kind) for resource in adapter["resources"]]


def operations(document: Json, kind: str) -> list[Json]:
    return [operation for resource in resources(document, kind) for operation in resource["operations"]]


def tools(document: Json) -> list[Json]:
    return [tool for server in adapters(document, "mcp") for tool in server["tools"]]


def called(document: Json, unit: Json) -> tuple[Json, Json, Json]:
    """Return the adapter, resource and operation that a tool or REST operation calls."""
    for adapter in adapters(document, "consumes"):
        for resource in adapter["resources"]:
            for operation in resource["operations"]:
                if f"{adapter['namespace']}.{operation['name']}" == unit["call"]:
                    return adapter, resource, operation
    raise AssertionError(f"nothing is named {unit['call']}")


def call(document: Json, kind: str, name: str, arguments: Mapping[str, Any]) -> Sent:
    """Return the request of a tool (`mcp`) or of a REST operation (`rest`)."""
    units = tools(document) if kind == "mcp" else operations(document, "rest")
    unit = next(unit for unit in units if unit["name"] == name)
    adapter, resource, operation = called(document, unit)
    values = {name: _text(value) for name, value in arguments.items()}
    for target, source in unit.get("with", {}).items():
        value = values.get(source.partition(".")[2]) if isinstance(source, str) else str(source)
        if value is not None:
            values[target] = value
    url = _fill_in(adapter["baseUri"] + resource["path"], values)
    headers: dict[str, str] = {}
    query: list[str] = []
    for parameter in [*adapter.get("inputParameters", []), *operation.get("inputParameters", [])]:
        target = parameter["name"]
        value = _fill_in(parameter["value"], values) if "value" in parameter else values.get(target)
        if value is None or "{{" in value:
            continue
        values[target] = value
        if parameter["in"] == "header":
            headers[target] = value
        elif parameter["in"] == "query":
            query.append(f"{target}={quote_plus(value)}")
    body = _fill_in(operation["body"], values) if "body" in operation else None
    return Sent(operation["method"], url + ("?" + "&".join(query) if query else ""), body, headers)


def _fill_in(template: str, values: Mapping[str, str]) -> str:
    """Fill in a template as Naftiko does: nothing is escaped, and without any value it stays as it is."""
    return _RENDERER.render(_parsed(template), dict(values)) if values else template


def _text(value: Any) -> str:
    return value if isinstance(value, str) else compact(value)
