"""What Naftiko asks of a capability beyond its schema, and what makes its references lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from tools.naftiko import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tools.naftiko.parts import Json

_KEBAB = re.compile(r"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_PLACE = re.compile(r"\{\{([^{}]+)\}\}")
_TAG = re.compile(r"\{\{[#^/]?([^{}]+)\}\}")


def breaches(document: Json) -> list[str]:
    """Return the rules that a capability breaks, each with the place."""
    return [f"{rule.__name__}: {place}" for rule in RULES for place in rule(document)]


def namespaces_are_unique(document: Json) -> Iterator[str]:
    adapters = [*document["capability"]["consumes"], *document["capability"]["exposes"]]
    counts = Counter(part["namespace"] for part in [*adapters, *document.get("binds", [])])
    yield from (name for name, count in counts.items() if count > 1)


def no_address_ends_with_a_slash(document: Json) -> Iterator[str]:
    for place, adapter in parts.adapters(document, "consumes"):
        if adapter["baseUri"].endswith("/"):
            yield place


def paths_are_paths(document: Json) -> Iterator[str]:
    for kind in ("consumes", "rest"):
        for place, resource in parts.resources(document, kind):
            path = resource["path"]
            ends_so = kind == "rest" and path.endswith("/") and path != "/"
            if "?" in path or not path.startswith("/") or ends_so:
                yield f"{place} at {path}"


def everything_is_described(document: Json) -> Iterator[str]:
    described: list[tuple[str, Json]] = [("info", document["info"])]
    described += [(bind["namespace"], bind) for bind in document["binds"]]
    for kind in ("consumes", "mcp", "skill"):  # a REST server has no place for a description
        described += parts.adapters(document, kind)
    described += [(skill["name"], skill) for skill in parts.skills(document)]
    described += [(tool["name"], tool) for skill in parts.skills(document) for tool in skill["tools"]]
    for kind in ("consumes", "rest"):
        described += parts.resources(document, kind)
        described += [(place, operation) for place, _, operation in parts.operations(document, kind)]
    for place, _, unit in parts.exposed(document):
        described.append((place, unit))
        described += [(f"{place}.{given['name']}", given) for given in unit.get("inputParameters", [])]
    yield from (place for place, part in described if not str(part.get("description", "")).strip())


def names_are_kebab_case(document: Json) -> Iterator[str]:
    names = [bind["namespace"] for bind in document["binds"]]
    for kind in ("consumes", "mcp", "rest", "skill"):
        names += [adapter["namespace"] for _, adapter in parts.adapters(document, kind)]
    for kind in ("consumes", "rest"):
        names += [resource["name"] for _, resource in parts.resources(document, kind)]
        names += [operation["name"] for _, _, operation in parts.operations(document, kind)]
    names += [tool["name"] for _, _, tool in parts.tools(document)]
    for skill in parts.skills(document):
        names += [skill["name"], *(tool["name"] for tool in skill["tools"])]
    yield from (name for name in names if not _KEBAB.match(name))


def tokens_come_from_bindings(document: Json) -> Iterator[str]:
    bound = {variable for bind in document.get("binds", []) for variable in bind["keys"]}
    for place, adapter in parts.adapters(document, "consumes"):
        authentication = adapter.get("authentication", {})
        token = _PLACE.fullmatch(str(authentication.get("token")))
        if authentication.get("type") != "bearer" or token is None or token[1] not in bound:
            yield place


def places_in_paths_are_declared(document: Json) -> Iterator[str]:
    for kind in ("consumes", "rest"):
        for place, resource, operation in parts.operations(document, kind):
            given = [*resource.get("inputParameters", []), *operation.get("inputParameters", [])]
            declared = {one["name"] for one in given if one["in"] == "path"}
            if declared != set(_PLACE.findall(resource["path"])):
                yield f"{place}: {resource['path']} declares {sorted(declared)}"


def inputs_say_whether_they_are_required(document: Json) -> Iterator[str]:
    for place, _, tool in parts.tools(document):
        for given in tool.get("inputParameters", []):
            if not isinstance(given.get("required"), bool):
                yield f"{place}.{given['name']}"


def calls_lead_somewhere(document: Json) -> Iterator[str]:
    for place, _, unit in parts.exposed(document):
        if parts.called(document, unit["call"]) is None:
            yield f"{place} calls {unit['call']}"


def inputs_reach_the_call(document: Json) -> Iterator[str]:
    """Each input is handed on under a name that the called operation knows, and nothing else is."""
    for place, namespace, unit in parts.exposed(document):
        found = parts.called(document, unit["call"])
        known = {one["name"] for one in found[2].get("inputParameters", [])} if found else set[Any]()
        handed: Json = unit.get("with", {})
        names = {f"{namespace}.{given['name']}" for given in unit.get("inputParameters", [])}
        named = {source for source in handed.values() if isinstance(source, str)}
        if named != names or not set(handed) <= known:
            yield place


def templates_name_inputs(document: Json) -> Iterator[str]:
    for place, _, operation in parts.operations(document, "consumes"):
        given = operation.get("inputParameters", [])
        texts = [operation.get("body", ""), *(one.get("value", "") for one in given)]
        named = {name for text in texts for name in _TAG.findall(text)}
        if not named <= {one["name"] for one in given}:
            yield f"{place}: {sorted(named)}"


def names_are_said_once(document: Json) -> Iterator[str]:
    for place, _, unit in parts.exposed(document):
        counts = Counter(given["name"] for given in unit.get("inputParameters", []))
        yield from (f"{place}.{name}" for name, count in counts.items() if count > 1)
    for place, _, operation in parts.operations(document, "consumes"):
        counts = Counter(given["name"] for given in operation.get("inputParameters", []))
        yield from (f"{place}.{name}" for name, count in counts.items() if count > 1)
    for place, adapter in parts.adapters(document, "consumes"):
        every = [one["name"] for resource in adapter["resources"] for one in resource["operations"]]
        yield from (f"{place}.{name}" for name, count in Counter(every).items() if count > 1)


def skill_tools_are_tools(document: Json) -> Iterator[str]:
    """Each tool of a skill is one of an MCP server beside it, under the same name."""
    offered = {(server["namespace"], tool["name"]) for _, server, tool in parts.tools(document)}
    for skill in parts.skills(document):
        for tool in skill["tools"]:
            source = tool["from"]
            named = source["sourceNamespace"], source["action"]
            if named not in offered or source["action"] != tool["name"]:
                yield f"{skill['name']}.{tool['name']}"


def no_words_run(node: Any) -> Iterator[str]:
    """No text that is shown holds a script, a call of `eval`, or a template."""
    if isinstance(node, list):
        for one in node:  # pyright: ignore[reportUnknownVariableType]
            yield from no_words_run(one)
    elif isinstance(node, dict):
        for key, one in node.items():  # pyright: ignore[reportUnknownVariableType]
            if key in ("label", "description") and re.search(r"(?i)<script|eval\(|\{\{", str(one)):  # pyright: ignore[reportUnknownArgumentType]
                yield str(one)  # pyright: ignore[reportUnknownArgumentType]
            else:
                yield from no_words_run(one)


RULES: tuple[Callable[[Json], Iterator[str]], ...] = (
    *(namespaces_are_unique, no_address_ends_with_a_slash, paths_are_paths, everything_is_described),
    *(names_are_kebab_case, tokens_come_from_bindings, places_in_paths_are_declared),
    *(inputs_say_whether_they_are_required, calls_lead_somewhere, inputs_reach_the_call),
    *(templates_name_inputs, names_are_said_once, no_words_run, skill_tools_are_tools),
)
