"""Whose sessions they are: each key is an organisation of its own, and no key is kept."""

import hmac
import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organisation:
    """The owner of sessions.

    Args:
        digest: The keyed hash of the API key, by which its sessions are found.
        id: The id that its sessions show as ``orgId``, taken from the digest.
    """

    digest: str
    id: str


def organisation(secret: bytes, api_key: str) -> Organisation:
    """Return the organisation that a key belongs to.

    Args:
        secret: The database's own secret, without which the digest tells nothing of the key.
        api_key: The key as the client sent it.

    Returns:
        The same organisation for the same key, as long as the database lives.
    """
    digest = hmac.digest(secret, api_key.encode(), "sha256")
    return Organisation(digest.hex(), str(uuid.UUID(bytes=digest[:16], version=4)))
