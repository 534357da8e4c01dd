"""The arguments of the tools as the published contract has them, with what is known beside it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tools.teaching.published_contract import BODY

if TYPE_CHECKING:
    from tools.teaching.published_contract import Json, PublishedContract

_TEXT: Json = {"type": "string"}
_NOT_EMPTY: Json = {"type": "string", "minLength": 1}
_QUERY: Json = {"query": _TEXT}
"""Every tool that returns a session takes a query of its own."""

_KNOWN_BETTER: Json = {
    "name": _TEXT,  # declared twice, and the looser limit holds
    "assistantOverrides": _TEXT,  # without a schema; the official library sends it as text
    "squadOverrides": _TEXT,
    "idAny": _NOT_EMPTY,  # several values in one text, and none would be no filter
    "assistantIdAny": _NOT_EMPTY,
    "customerNumberAny": _NOT_EMPTY,
    "phoneNumberIdAny": {"type": "array", "items": _TEXT, "minItems": 1},
    "cursor": _NOT_EMPTY,  # undeclared; a list's answer names it
}


def argument_schemas(contract: PublishedContract) -> dict[str, Json]:
    """Return what the arguments of each tool are, by its name."""
    text = files("vapi_sessions_tools.contract").joinpath("facts.json").read_text(encoding="utf-8")
    paths: dict[str, Any] = json.loads(text)["paths"]
    identified = _parameters(paths["/session/{id}"]["patch"])
    bodies = contract.schemas
    return {
        "create_session": _object(bodies[BODY]["properties"]),
        "update_session": _object(
            {**identified, **bodies["UpdateSessionDTO"]["properties"]}, required=["id"]
        ),
        "list_sessions": _object({**_parameters(paths["/session"]["get"]), **_KNOWN_BETTER}),
    }


def _parameters(operation: Json) -> Json:
    return {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}


def _object(properties: Json, required: list[str] | None = None) -> Json:
    return {"type": "object", "properties": {**properties, **_QUERY}, "required": required or []}
