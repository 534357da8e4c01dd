"""Arguments that the contract accepts and that carry secrets: an error of the API may repeat them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from fake_upstream import SESSION_ID
from security.planting.places import Form, Place
from security.planting.plants import standing
from security.planting.secret_texts import Secret, drawn_secrets
from vapi_sessions_tools.engine.json_values import is_list, is_object

HERE = object()
"""Stands where the secret goes."""

_OPENAI = {"provider": "openai", "model": "gpt-4o"}
_CODE = {"type": "code", "name": "f", "code": "1"}
_NUMBER = {"twilioPhoneNumber": "+14155551234", "twilioAccountSid": "AC0"}

CREATIONS: dict[str, dict[str, Any]] = {
    "phoneNumber.twilioAuthToken": {"phoneNumber": {**_NUMBER, "twilioAuthToken": HERE}},
    "phoneNumber.twilioApiSecret": {"phoneNumber": {**_NUMBER, "twilioApiKey": "k", "twilioApiSecret": HERE}},
    "assistant.credentials[0].apiKey": {
        "assistant": {"credentials": [{"provider": "openai", "apiKey": HERE}]}
    },
    "assistant.credentials[0].authenticationPlan.clientSecret": {
        "assistant": {
            "credentials": [
                {
                    "provider": "webhook",
                    "authenticationPlan": {
                        "type": "oauth2",
                        "url": "https://a.example",
                        "clientId": "c",
                        "clientSecret": HERE,
                    },
                }
            ]
        }
    },
    "assistant.server.headers.Authorization": {"assistant": {"server": {"headers": {"Authorization": HERE}}}},
    "assistant.server.secret": {"assistant": {"server": {"secret": HERE}}},
    "assistant.model.tools[0].environmentVariables[0].value": {
        "assistant": {
            "model": {**_OPENAI, "tools": [{**_CODE, "environmentVariables": [{"name": "A", "value": HERE}]}]}
        }
    },
    "assistant.metadata.api_key": {"assistant": {"metadata": {"api_key": HERE}}},
    "assistantOverrides.variableValues.dbPassword": {
        "assistantOverrides": {"variableValues": {"dbPassword": HERE}}
    },
    "squad.members[0].assistant.server.headers['X-Any']": {
        "squad": {"members": [{"assistant": {"server": {"headers": {"X-Any": HERE}}}}]}
    },
    "customer.assistantOverrides.metadata.cookie": {
        "customer": {"assistantOverrides": {"metadata": {"cookie": HERE}}}
    },
}
"""Arguments of a creation, by the place of their secret."""

CREATION_ADDRESSES: dict[str, dict[str, Any]] = {
    "assistant.server.url": {"assistant": {"server": {"url": HERE}}},
    "assistant.model.url": {"assistant": {"model": {"provider": "custom-llm", "model": "m", "url": HERE}}},
    "assistant.voice.callbackUrl": {
        "assistant": {"voice": {"provider": "tavus", "voiceId": "v", "callbackUrl": HERE}}
    },
}
"""The same, with the address of a server that carries the secret."""

UPDATES: dict[str, dict[str, Any]] = {
    "messages[0].metadata.apiKey": {
        "messages": [{"role": "user", "content": "Hi", "metadata": {"apiKey": HERE}}]
    }
}
"""Arguments of an update."""


def arguments_with(place: str, value: Any) -> dict[str, Any]:
    """Return the arguments that carry a value at a place."""
    if place in UPDATES:
        return {"id": SESSION_ID, **filled(UPDATES[place], value)}
    arguments: dict[str, Any] = filled({**CREATIONS, **CREATION_ADDRESSES}[place], value)
    return arguments


def filled(template: Any, value: Any) -> Any:
    """Return arguments with a value where the secret goes."""
    if template is HERE:
        return deepcopy(value)
    if is_object(template):
        return {key: filled(child, value) for key, child in template.items()}
    if is_list(template):
        return [filled(item, value) for item in template]
    return template


PLACES = (*CREATIONS, *CREATION_ADDRESSES, *UPDATES)


@dataclass(frozen=True, slots=True)
class Carried:
    """A call that carries a secret.

    Args:
        place: Where.
        secret: The secret.
    """

    place: str
    secret: Secret

    @property
    def tool(self) -> str:
        """What is called."""
        return "update_session" if self.place in UPDATES else "create_session"

    @property
    def sent(self) -> str:
        """What stands at the place: the secret, or an address that carries it."""
        form: Form = "address" if self.place in CREATION_ADDRESSES else "text"
        return standing(Place(self.place, form), self.secret.text)

    @property
    def arguments(self) -> dict[str, Any]:
        """With which arguments."""
        return arguments_with(self.place, self.sent)


def carried() -> st.SearchStrategy[Carried]:
    """Draw calls that the contract accepts."""
    return st.builds(Carried, st.sampled_from(PLACES), drawn_secrets())
