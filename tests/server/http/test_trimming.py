"""A request's head, before anything reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.http.connection import LARGEST_HEAD
from vapi_sessions_mcp.http.trimming import MOST_HEADERS, trimmed

if TYPE_CHECKING:
    from server.http.conftest import Asking, Innermost


async def test_the_space_around_a_value_is_no_part_of_it(ask: Asking, innermost: Innermost) -> None:
    await ask(trimmed(innermost), ("x-a", " \t a b \t "))
    assert (b"x-a", b"a b") in innermost.scopes[0]["headers"]


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ([("x", "a")] * (MOST_HEADERS + 1), "/"),
        ([("x", "a" * LARGEST_HEAD)], "/"),
        ([], "/" + "a" * LARGEST_HEAD),
        ([], "/?" + "a" * LARGEST_HEAD),
    ],
)
async def test_a_head_that_is_too_large_goes_no_further(
    ask: Asking, innermost: Innermost, headers: list[tuple[str, str]], path: str
) -> None:
    path = path[:60_000]
    filler = [("y", "a" * (LARGEST_HEAD - len(path)))] if not headers else []
    answer = await ask(trimmed(innermost), *headers, *filler, path=path)
    assert answer.status_code == 431
    assert answer.json()["error"]["kind"] == "head_too_large"
    assert innermost.scopes == []
