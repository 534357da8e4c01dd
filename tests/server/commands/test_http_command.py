"""`http`: where it listens is told, and it serves there until a signal comes."""

from __future__ import annotations

import json

import pytest

from security.hostile.wire import calling, exchange
from served import serving_http
from server_process import environment, run_program


@pytest.mark.parametrize(("flags", "older"), [((), True), (("--stateless",), False)])
def test_it_tells_where_it_is_serves_and_ends_with_the_signal(flags: tuple[str, ...], *, older: bool) -> None:
    with serving_http("--sandbox", "--log-level", "error", *flags) as served:
        line = json.loads(served.log().splitlines()[0])
        assert line["message"].startswith(f"MCP at {served.url}/mcp")
        assert (f"{served.url}/sse" in line["message"]) is older
        assert exchange(served.url, calling("list_sessions", {})).status == 200
        assert served.stop() == -15
    assert "Traceback" not in served.log()


def test_what_cannot_be_served_is_told_before_it_listens() -> None:
    ended = run_program("http", "--port", "0", "--sandbox", "--tools", "list_session", env=environment())
    assert ended.returncode == 2
    assert b"did you mean list_sessions?" in ended.stderr
    assert ended.stderr.count(b"\n") == 1
