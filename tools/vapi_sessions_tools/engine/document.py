"""Reading an OpenAPI document from a file or a URL, as YAML or JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from vapi_sessions_tools.engine.json_values import is_object
from vapi_sessions_tools.errors import DocumentError

if TYPE_CHECKING:
    import yaml

Document = dict[str, Any]
"""A parsed OpenAPI document, or a part of one that is a JSON object."""

_FETCH_SECONDS = 30.0


def load_document(source: str) -> Document:
    """Read the OpenAPI 3.0 document at `source`.

    Args:
        source: A file path, or an `http(s)://` URL.

    Returns:
        The parsed document; its top level is an object with `openapi` and `paths`.

    Raises:
        DocumentError: It cannot be read or parsed, or is no OpenAPI 3 document.
    """
    document = parse_document(_read(source), source)
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith("3."):
        raise DocumentError(
            f"{source} is no OpenAPI 3 document: its `openapi` is {version!r}; expected 3.0.x"
        )
    if not is_object(document.get("paths")):
        raise DocumentError(f"{source} has no `paths` object, so it describes no operation")
    return document


def parse_document(text: str, source: str) -> Document:
    """Parse JSON or, failing that, YAML 1.2 text into an object.

    Raises:
        DocumentError: The text is neither, or its top level is no object.
    """
    try:
        parsed: Any = json.loads(text)
    except RecursionError as error:
        raise DocumentError(f"{source} is nested too deep") from error
    except ValueError:
        parsed = _parse_yaml(text, source)
    if not is_object(parsed):
        raise DocumentError(f"{source}: the top level is no object")
    return parsed


def _read(source: str) -> str:
    if source.startswith(("http://", "https://")):
        return _fetch(source)
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{source} cannot be read: {error}") from error


def _fetch(url: str) -> str:
    import httpx

    try:
        answer = httpx.get(url, timeout=_FETCH_SECONDS, follow_redirects=True)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DocumentError(f"{url} cannot be fetched: {error}") from error
    return answer.text


def _parse_yaml(text: str, source: str) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=_core_schema_loader())  # noqa: S506  a safe loader, narrowed
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentError(f"{source} is neither JSON nor YAML: {error}") from error


def _core_schema_loader() -> type[yaml.SafeLoader]:
    """Return a safe YAML loader that resolves plain scalars as OpenAPI asks, by YAML 1.2's JSON schema.

    YAML 1.1 reads the language code `no` as false, `1:30` as a number and a date as a date object.
    """
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class CoreSchemaLoader(base):  # type: ignore[misc, valid-type]
        """SafeLoader with YAML 1.2 scalars, and with texts for keys."""

        yaml_implicit_resolvers = _resolvers()

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
            """Read a mapping; a status code for a key is a text, as in JSON."""
            mapping = cast("dict[Any, Any]", super().construct_mapping(node, deep))  # pyright: ignore[reportUnknownMemberType]
            return {key if isinstance(key, str) else json.dumps(key): value for key, value in mapping.items()}

    return cast("type[yaml.SafeLoader]", CoreSchemaLoader)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return what a plain scalar can be, by what it begins with, as PyYAML wants it."""
    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, form, beginnings in _SCALARS:
        for first in beginnings:
            resolvers.setdefault(first, []).append((f"tag:yaml.org,2002:{tag}", re.compile(form)))
    return resolvers


_SCALARS = (
    ("null", r"\A(?:~|null|Null|NULL|)\Z", ("~", "n", "N", "")),
    ("bool", r"\A(?:true|True|TRUE|false|False|FALSE)\Z", "tTfF"),
    ("int", r"\A-?(?:0|[1-9][0-9]*)\Z", "-0123456789"),
    ("float", r"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z", "-0123456789"),
    ("merge", r"\A<<\Z", "<"),
)
"""What a plain scalar is, by its form and what it begins with; anything else is a text."""
