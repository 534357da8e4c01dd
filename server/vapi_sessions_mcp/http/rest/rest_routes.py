"""Which method and path of the REST surface is which operation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from vapi_sessions_mcp.http.problem_details import REST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vapi_sessions_tools.engine.operation import Operation

_PLACE = re.compile(r"\A\{([^}]+)\}\Z")


@dataclass(frozen=True, slots=True)
class RestRoute:
    """One path and the operations on it.

    Args:
        template: The path, with the names of arguments as `{name}`.
        operations: By method.
    """

    template: str
    operations: Mapping[str, Operation]


@dataclass(frozen=True, slots=True)
class Found:
    """The route that a path is one of.

    Args:
        route: The route.
        places: What stands in its places, by the arguments' names.
    """

    route: RestRoute
    places: Mapping[str, str]


def rest_routes(operations: Iterable[Operation]) -> tuple[RestRoute, ...]:
    """Return the routes of operations; one with fewer places comes first."""
    by_template: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_template.setdefault(_template(operation), {})[operation.method] = operation
    routes = [RestRoute(template, methods) for template, methods in by_template.items()]
    return tuple(sorted(routes, key=lambda route: route.template.count("{")))


def _template(operation: Operation) -> str:
    """Return an operation's path here: its places are called as the arguments are, and not as on the wire."""
    template = REST + (operation.rest_path or operation.path).rstrip("/")
    for argument in operation.arguments:
        if argument.place == "path":
            template = template.replace(f"{{{argument.wire}}}", f"{{{argument.name}}}")
    return template


def find_route(routes: Iterable[RestRoute], raw_path: bytes) -> Found | None:
    """Return the route of a path, or None.

    Args:
        routes: Those that there are.
        raw_path: Percent-encoded: a `%2F` within a place is none that divides it.
    """
    segments = raw_path.decode("ascii", "replace").removesuffix("/").split("/")
    for route in routes:
        places = _matched(route.template.split("/"), segments)
        if places is not None:
            return Found(route, places)
    return None


def _matched(template: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    places: dict[str, str] = {}
    for expected, segment in zip(template, segments, strict=True):
        place = _PLACE.match(expected)
        if place and segment:
            places[place[1]] = unquote(segment)
        elif expected != segment:
            return None
    return places
