"""The API as a capability calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.naftiko.body import body_template
from vapi_sessions_tools.naftiko.naming import KEY_VARIABLE, kebab
from vapi_sessions_tools.naftiko.telling import by_path
from vapi_sessions_tools.naftiko.wording import path_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.naftiko.inputs import Input
    from vapi_sessions_tools.naftiko.telling import Told

_ACCEPT = {"name": "Accept", "in": "header", "value": "application/json"}
"""Also makes that a call without any input has one: without, Naftiko would leave its templates unfilled."""


def consumed_api(told: Sequence[Told], *, namespace: str, label: str, base_url: str) -> Document:
    """Return what a capability calls.

    Args:
        told: The operations.
        namespace: What the API is called by.
        label: What it is called for people.
        base_url: Its root, without a slash at the end.
    """
    resources: list[Document] = []
    for path, group in by_path(told, exposed=False).items():
        name = kebab(path, [resource["name"] for resource in resources])
        resources.append(
            {
                "name": name,
                "description": path_words(path, [each.title for each in group]),
                "path": path,
                "operations": [_operation(each) for each in group],
            }
        )
    return {
        "namespace": namespace,
        "type": "http",
        "description": f"The API behind {label}, called with the key of {KEY_VARIABLE}",
        "baseUri": base_url,
        "authentication": {"type": "bearer", "token": f"{{{{{KEY_VARIABLE}}}}}"},
        "inputParameters": [dict(_ACCEPT)],
        "resources": resources,
    }


def _operation(told: Told) -> Document:
    operation = told.operation
    parameters: list[Document] = [_parameter(given) for given in told.beside_body]
    result: Document = {
        "name": told.name,
        "label": told.title,
        "description": told.words,
        "method": operation.method,
    }
    if operation.has_body:
        fields = (told.by_field, *(field.name for field in told.fields)) if told.by_field else ()
        parameters += [{"name": name, "in": "body"} for name in (told.body, *fields)]
    if parameters:
        result["inputParameters"] = parameters
    if operation.has_body:
        result["body"] = body_template(told)
    return result


def _parameter(given: Input) -> Document:
    """Return a parameter of path or query; one that is not given is not sent, unless it has a default."""
    name = given.called
    parameter: Document = {"name": name, "in": given.place}
    if given.default is not None:
        parameter["value"] = f"{{{{{name}}}}}{{{{^{name}}}}}{given.default}{{{{/{name}}}}}"
    return parameter
