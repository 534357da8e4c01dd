"""The contract's types as resources: their names, and what each is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from vapi_sessions_tools.engine.json_values import result_text
from vapi_sessions_tools.engine.named_types import describe_type
from vapi_sessions_tools.offered import JSON, Content, Resource, UnknownResourceError

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.shape import Shapes

SCHEMA = "vapi://schema"
SCHEMA_TYPE = "vapi://schema/{type}"
_BELOW = f"{SCHEMA}/"

INDEX = Resource(
    uri=SCHEMA,
    name="schema",
    title="Types of the API",
    description="The names of all types that the API's arguments and answers are made of.",
    media_type=JSON,
)
TYPE = Resource(
    uri=SCHEMA_TYPE,
    name="schema_type",
    title="One type of the API",
    description="The fields of a type, what is required, what is allowed, and the types it is made of.",
    media_type=JSON,
)


class SchemaResources:
    """Reads the types of one contract.

    Args:
        shapes: Its schemas.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def reads(self, uri: str) -> bool:
        """Whether a URI is of this kind."""
        return uri == SCHEMA or uri.startswith(_BELOW)

    def read(self, uri: str) -> Content:
        """Return what a URI of this kind holds.

        Raises:
            UnknownResourceError: There is no such type.
        """
        if uri == SCHEMA:
            told = {"each": SCHEMA_TYPE, "types": list(self._shapes.names)}
            return Content(JSON, result_text(told))
        try:
            described = describe_type(self._shapes, unquote(uri.removeprefix(_BELOW)))
        except KeyError:
            raise UnknownResourceError(uri) from None
        links = {name: _BELOW + quote(name, safe="") for name in described["types"]}
        return Content(JSON, result_text({**described, "types": links}))
