"""`call`: one call from the shell."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from fake_upstream import SESSION_ID, session
from in_process import run_main
from server_process import KEY
from vapi_sessions_mcp.commands.call_command import run
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream

DELETE = ("call", "delete_session", json.dumps({"id": SESSION_ID}))
SANDBOX = resolve(Flags(sandbox=True), {})


@pytest.mark.parametrize(("argument", "stdin"), [('{"name": "Zoë"}', ""), ("-", '{"name": "Zoë"}')])
def test_result_is_one_line_of_json(argument: str, stdin: str) -> None:
    ended = run_main("call", "create_session", argument, "--sandbox", stdin=stdin)
    assert (ended.status, ended.out.count("\n"), ended.err) == (0, 1, "")
    assert json.loads(ended.out)["name"] == "Zoë"


def test_invisible_characters_are_escaped() -> None:
    said = {"messages": [{"role": "user", "content": "free\u202e\U000e0049\u200b"}]}
    ended = run_main("call", "create_session", json.dumps(said), "--sandbox")
    assert ended.out.isprintable() or ended.out[:-1].isprintable()
    assert json.loads(ended.out)["messages"] == said["messages"]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("get_session", '{"id": "x"}', "--sandbox"), "invalid_arguments"),
        (("list_sessions", "{}"), "no_key"),
    ],
)
def test_error_of_the_tool_is_printed_with_status_1(arguments: tuple[str, ...], kind: str) -> None:
    ended = run_main("call", *arguments)
    assert (ended.status, json.loads(ended.out)["error"]["kind"]) == (1, kind)


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "no JSON"), ("[" * 100_000, "no JSON"), ("[]", "no JSON object"), ('"{}"', "no JSON object")],
)
def test_arguments_that_are_not_a_json_object_are_wrong_usage(text: str, words: str) -> None:
    ended = run_main("call", "list_sessions", text, "--sandbox")
    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (io.TextIOWrapper(io.BytesIO(b"\xff"), encoding="utf-8"), "no JSON"),
        (None, "standard input is closed"),
    ],
    ids=["not-utf-8", "closed"],
)
def test_standard_input_that_cannot_be_read_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, stream: io.TextIOWrapper | None, words: str
) -> None:
    monkeypatch.setattr(sys, "stdin", stream)
    with pytest.raises(SettingsError, match=words):
        run(SANDBOX, "list_sessions", "-")


class Terminal(io.StringIO):
    """A terminal at which a line is typed."""

    def isatty(self) -> bool:
        return True


class TestConfirmation:
    def test_call_is_refused_without_a_terminal(self, upstream: FakeUpstream, upstream_url: str) -> None:
        flags = ("--confirm", "delete_session", "--base-url", upstream_url)
        ended = run_main(*DELETE, *flags, stdin="y\n", VAPI_API_KEY=KEY)
        assert ended.status == 1
        error = json.loads(ended.out)["error"]
        assert error["kind"] == "declined"
        assert "no terminal" in error["message"]
        assert "--confirm" not in ended.out, "a model is not shown how to lift it"
        assert upstream.requests == []

    @pytest.mark.parametrize(
        ("typed", "sent"), [("Yes\n", ["DELETE"]), (" Y \n", ["DELETE"]), ("n\n", []), ("\n", []), ("", [])]
    )
    def test_only_a_yes_sends_the_call(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        upstream: FakeUpstream,
        upstream_url: str,
        typed: str,
        sent: list[str],
    ) -> None:
        upstream.respond(session(name="Order 1042"))
        shown = Terminal()
        monkeypatch.setattr(sys, "stdin", Terminal(typed))
        monkeypatch.setattr(sys, "stderr", shown)
        flags = Flags(base_url=upstream_url, confirm="delete_session")
        status = run(resolve(flags, {"VAPI_API_KEY": KEY}), *DELETE[1:])
        assert status == (0 if sent else 1)
        assert '- current name: "Order 1042"' in shown.getvalue()
        assert [request.method for request in upstream.requests] == ["GET", *sent]
        assert ('"kind":"declined"' in capsys.readouterr().out) == (not sent)
