"""The fields of the published documents whose names look like secrets, by a rule of its own."""

from __future__ import annotations

import json
import os
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from vapi_sessions_tools.engine.json_values import is_object

Json = dict[str, Any]

ROOTS = ("CreateSessionDTO", "UpdateSessionDTO", "Session")
"""The types of which all that is sent and answered is made."""

_WORDS = re.compile(
    r"secret|token|passw|pwd|credential|cookie|authori[sz]ation|bearer|jwt|signature|private|cert|hmac|"
    r"auth|key|ur[il]$|ur[il]s|endpoint$|link|header|webhook|environment|parameters|presigned|\bpin\b|hash",
    re.IGNORECASE,
)
STATES = ("vapi-sessions-openapi-2026-05.yml", "vapi-sessions-openapi-2026-08.json")


def documents() -> dict[str, Json]:
    """Return the committed facts, and the published documents where there are any."""
    text = files("vapi_sessions_tools.contract").joinpath("facts.json").read_text(encoding="utf-8")
    found: dict[str, Json] = {"facts.json": json.loads(text)}
    folder = os.environ.get("VAPI_REFERENCE_DIR")
    for name in STATES if folder else ():
        # YAML is a superset of JSON; the C loader reads either in a moment.
        raw = (Path(folder or "") / name).read_text(encoding="utf-8")
        found[name] = json.loads(raw) if name.endswith(".json") else yaml.load(raw, yaml.CSafeLoader)
    return found


def telling_fields(document: Json) -> dict[str, list[str]]:
    """Return the fields below the roots whose names look like secrets, with the types that have them."""
    schemas: dict[str, Json] = document["components"]["schemas"]
    found: dict[str, list[str]] = {}
    todo, seen = [name for name in ROOTS if name in schemas], set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        fields, references = _read(schemas[name])
        todo += references
        for field in fields:
            if _WORDS.search(field):
                found.setdefault(field, []).append(name)
    return found


def _read(schema: Json) -> tuple[list[str], list[str]]:
    """Return the names of all fields within a type, and the types that it refers to."""
    fields: list[str] = []
    references: list[str] = []
    todo: list[Any] = [schema]
    while todo:
        part = todo.pop()
        if not is_object(part):
            continue
        if isinstance(reference := part.get("$ref"), str):
            references.append(reference.rsplit("/", 1)[-1])
        declared: Json = part.get("properties") or {}
        fields += declared
        todo += declared.values()
        todo += [part.get("items"), part.get("additionalProperties")]
        for keyword in ("allOf", "oneOf", "anyOf"):
            todo += part.get(keyword, [])
    return fields, references
