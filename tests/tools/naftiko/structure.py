"""What is wrong with a capability's structure: by a schema of our own, and by the published one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import yaml

if TYPE_CHECKING:
    from tools.naftiko.parts import Json

REFERENCE = os.environ.get("VAPI_REFERENCE_DIR")
"""The folder with the published documents, or nothing."""

_REDUCED = Path(__file__).with_name("reduced_schema.yaml")


def faults(document: Any) -> list[str]:
    """Return what our own reduced schema finds."""
    return _errors(yaml.safe_load(_REDUCED.read_text(encoding="utf-8")), document)


def published_faults(document: Any, spec: str) -> list[str]:
    """Return what the published schema of a version finds."""
    file = Path(REFERENCE or "") / f"naftiko-schema-{spec}.json"
    return _errors(json.loads(file.read_text(encoding="utf-8")), document)


def _errors(schema: Json, document: Any) -> list[str]:
    errors = jsonschema_rs.validator_for(schema).iter_errors(document)
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}" for error in errors]
