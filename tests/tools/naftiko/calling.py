"""A call through a capability, up to the request that would leave: what goes where, as Naftiko does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from tools.naftiko import parts
from tools.naftiko.mustache import PassedOn, fill_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.naftiko.parts import Json


@dataclass(frozen=True, slots=True)
class Sent:
    """A request.

    Args:
        method: In capitals.
        url: With the query.
        body: As text, or None.
        headers: Those that inputs make.
    """

    method: str
    url: str
    body: str | None
    headers: dict[str, str]


def call_tool(document: Json, name: str, arguments: Mapping[str, Any]) -> Sent:
    """Return what a tool call sends."""
    server, tool = next((server, tool) for _, server, tool in parts.tools(document) if tool["name"] == name)
    return _send(document, tool, server["namespace"], arguments)


def call_rest(document: Json, name: str, given: Mapping[str, Any]) -> Sent:
    """Return what a REST call sends.

    Args:
        document: The capability.
        name: The operation.
        given: Path and query inputs as text, and the body under its input's name.
    """
    ((_, server),) = parts.adapters(document, "rest")
    operation = next(one for _, _, one in parts.operations(document, "rest") if one["name"] == name)
    places = {one["name"]: one["in"] for one in operation.get("inputParameters", [])}
    values = {key: PassedOn(one) if places[key] == "body" else one for key, one in given.items()}
    return _send(document, operation, server["namespace"], values)


def _send(document: Json, unit: Json, namespace: str, given: Mapping[str, Any]) -> Sent:
    found = parts.called(document, unit["call"])
    assert found is not None, unit["call"]
    adapter, resource, operation = found
    values = dict(given)
    for called, source in unit.get("with", {}).items():
        value = given.get(source.removeprefix(f"{namespace}.")) if isinstance(source, str) else source
        if value is not None:
            values[called] = value
    url = fill_in(adapter["baseUri"] + resource["path"], values)
    headers: dict[str, str] = {}
    query: list[str] = []
    for parameter in [*adapter.get("inputParameters", []), *operation.get("inputParameters", [])]:
        name = parameter["name"]
        value = fill_in(parameter["value"], values) if "value" in parameter else values.get(name)
        if value is None or (isinstance(value, str) and "{{" in value):
            continue
        values[name] = value
        if parameter["in"] == "header":
            headers[name] = str(value)
        elif parameter["in"] == "query":
            text = str(value).lower() if isinstance(value, bool) else str(value)
            query.append(f"{name}={quote_plus(text)}")
    body = fill_in(operation["body"], values) if "body" in operation else None
    return Sent(operation["method"], url + ("?" + "&".join(query) if query else ""), body, headers)
