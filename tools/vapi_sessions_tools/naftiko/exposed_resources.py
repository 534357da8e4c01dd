"""The operations as resources of a REST server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.naftiko.naming import kebab
from vapi_sessions_tools.naftiko.telling import by_path
from vapi_sessions_tools.naftiko.wording import body_words, path_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.naftiko.inputs import Input
    from vapi_sessions_tools.naftiko.naming import Namespaces
    from vapi_sessions_tools.naftiko.telling import Told

PORT = 3002


def exposed_resources(told: Sequence[Told], names: Namespaces, *, address: str) -> Document:
    """Return a REST server; its bodies go to the API as they come.

    Args:
        told: The operations.
        names: What the parts of the capability are called.
        address: Where it listens.
    """
    resources: list[Document] = []
    for path, group in by_path(told, exposed=True).items():
        name = kebab(path, [resource["name"] for resource in resources])
        resources.append(
            {
                "name": name,
                "description": path_words(path, [each.title for each in group]),
                "path": path,
                "operations": [_operation(each, names) for each in group],
            }
        )
    return {
        "type": "rest",
        "address": address,
        "port": PORT,
        "namespace": names.rest,
        "resources": resources,
    }


def _operation(told: Told, names: Namespaces) -> Document:
    operation = told.operation
    result: Document = {
        "name": told.name,
        "label": told.title,
        "description": told.words,
        "method": operation.method,
    }
    parameters = {given.called: _parameter(given) for given in told.beside_body}
    if operation.has_body:
        parameters[told.body] = _body(told)
    if parameters:
        result["inputParameters"] = list(parameters.values())
    result["call"] = f"{names.api}.{told.name}"
    if parameters:
        result["with"] = {called: f"{names.rest}.{given['name']}" for called, given in parameters.items()}
    return result


def _body(told: Told) -> Document:
    """Return the input that is the whole body: such a one is passed on as the JSON that it is."""
    is_array = told.operation.whole_body and told.fields[0].type == "array"
    return {
        "name": told.body,
        "in": "body",
        "type": "array" if is_array else "object",
        "description": body_words(told.operation),
    }


def _parameter(given: Input) -> Document:
    """Return an input in path or query; the schema has no word for an optional one."""
    return {
        "name": given.name,
        "in": given.place,
        "type": given.type,
        "description": given.words,
    }
