"""Calls made with the official Python SDK of the API; run by the interpreter of an environment that has it.

Usage: official_sdk_story.py BASE_URL. Prints the results as one JSON object.
"""

from __future__ import annotations

import json
import sys

from vapi import Vapi
from vapi.core.api_error import ApiError


def make_calls(base_url: str) -> dict[str, object]:
    """Create, list, read, update and delete a session, and look for it once more."""
    client = Vapi(token="any-key", base_url=base_url)
    created = client.sessions.create(
        name="From the SDK",
        messages=[{"role": "assistant", "content": "Hello"}],
        customer={"number": "+14155551234"},
    )
    client.sessions.create(name="Another")
    listed = client.sessions.list(number="+14155551234", limit=10, sort_order="ASC")
    read = client.sessions.get(created.id)
    updated = client.sessions.update(created.id, status="completed")
    client.sessions.delete(created.id)
    return {
        "created": created.name,
        "listed": [session.name for session in listed.results],
        "total": listed.metadata.total_items,
        "read": read.id == created.id,
        "updated": updated.status,
        "created_at_is_a_time": created.created_at.year > 2000,
        "gone": status_of(lambda: client.sessions.get(created.id)),
        "refused": status_of(lambda: client.sessions.create(name="x" * 41)),
    }


def status_of(call: object) -> int | None:
    """Return the status that a call fails with."""
    try:
        call()
    except ApiError as error:
        return error.status_code
    return None


if __name__ == "__main__":
    print(json.dumps(make_calls(sys.argv[1])))
