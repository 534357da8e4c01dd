"""What the run of the clients calls wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from extended.interop.matrix import CLIENTS, HANDSHAKE, MODERN, WAYS
from extended.interop.steps import STEPS, TOOLS
from extended.interop.verdict import KEY, PATHS, Seen, problems

ID = "971d210f-0000-4000-8000-000000000000"
MESSAGES = STEPS[0].arguments["messages"]
SESSION = {"id": ID, "name": "Order 1042", "status": "active", "messages": MESSAGES}
REFUSAL = {"path": "status", "allowed": ["active", "completed"]}
NAMES = [step.name for step in STEPS]
BY_NAME = {client.name: client for client in CLIENTS}
CLIENT = BY_NAME["openai-agents"]


def answers() -> dict[str, dict[str, Any]]:
    """The right answer to each step."""
    error = {"kind": "invalid_arguments", "problems": [REFUSAL]}
    gone = {"kind": "not_found", "status": 404, "message": f"no session {ID}"}
    return {
        "create": SESSION,
        "list": {"results": [{"id": ID, "name": "Order 1042"}]},
        "get": SESSION,
        "update": {**SESSION, "status": "completed"},
        "refused": {"error": error},
        "delete": {"id": ID, "deleted": True},
        "gone": {"error": gone},
    }


def report(**changed: Any) -> dict[str, Any]:
    """What a client prints that does everything right; with other answers, by step."""
    told = [
        {"step": step, "error": "error" in answer, "text": json.dumps(answer)}
        for step, answer in (answers() | changed).items()
    ]
    return {"tools": list(TOOLS), "protocol": MODERN, "answers": told}


def seen(said: dict[str, Any] | None = None, way: str = "stdio") -> Seen:
    """What is seen of a client that prints a report."""
    return Seen(0, json.dumps(said or report()), requests=frozenset(PATHS[way]))


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_wrong_when_everything_is_right(way: str) -> None:
    assert problems(CLIENT, way, seen(way=way)) == []


@pytest.mark.parametrize("step", NAMES)
def test_another_answer_is_wrong_in_every_step(step: str) -> None:
    kept = {"error": {"kind": answers()[step]["error"]["kind"]}} if "error" in answers()[step] else {"id": ID}
    (problem,) = problems(CLIENT, "stdio", seen(report(**{step: kept})))
    assert problem.startswith(f"{step}: not what was to come")


@pytest.mark.parametrize("step", NAMES)
def test_an_error_that_is_shown_as_none_is_wrong_and_the_reverse(step: str) -> None:
    said = report()
    (answer,) = (each for each in said["answers"] if each["step"] == step)
    answer["error"] = not answer["error"]
    (problem,) = problems(CLIENT, "stdio", seen(said))
    assert problem.startswith(f"{step}: shown as")


@pytest.mark.parametrize("step", ["refused", "gone"])
def test_an_error_of_another_kind_is_wrong(step: str) -> None:
    other = {"error": {**answers()[step]["error"], "kind": "upstream_failed"}}
    (problem,) = problems(CLIENT, "stdio", seen(report(**{step: other})))
    assert problem.startswith(f"{step}: not ")


@pytest.mark.parametrize("text", ["Error calling tool", "[]", "null", '{"error": "no"}', None])
def test_an_error_without_the_server_s_words_is_wrong(text: str | None) -> None:
    said = report()
    said["answers"][4]["text"] = text
    (problem,) = problems(CLIENT, "stdio", seen(said))
    assert problem.startswith("refused: ")


def test_a_session_that_is_not_in_the_list_is_wrong() -> None:
    another = {"results": [{"id": ID.replace("9", "8"), "name": "Order 1042"}]}
    (problem,) = problems(CLIENT, "stdio", seen(report(list=another)))
    assert problem.startswith("list: ")


def test_letters_that_did_not_survive_are_wrong() -> None:
    mangled = {**SESSION, "messages": [{"role": "user", "content": "Where is my order? O? est-il ? ?"}]}
    (problem,) = problems(CLIENT, "stdio", seen(report(get=mangled)))
    assert problem.startswith("get: ")


@pytest.mark.parametrize(
    "told",
    [NAMES[:-1], [*NAMES, "gone"], list(reversed(NAMES)), []],
    ids=["missing", "doubled", "turned", "none"],
)
def test_steps_that_are_missing_doubled_or_out_of_order_are_wrong(told: list[str]) -> None:
    by_name = {answer["step"]: answer for answer in report()["answers"]}
    said = {**report(), "answers": [by_name[name] for name in told]}
    (problem,) = problems(CLIENT, "stdio", seen(said))
    assert problem.startswith(f"the steps told are {told}")


@pytest.mark.parametrize("answer", [{"name": "Order 1042"}, {"id": 7}, []])
def test_a_session_without_an_id_is_wrong(answer: Any) -> None:
    (problem,) = problems(CLIENT, "stdio", seen(report(create=answer)))
    assert problem.startswith("create: no id")


@pytest.mark.parametrize("tools", [list(TOOLS[:4]), [*TOOLS, "ping"], list(reversed(TOOLS)), None])
def test_other_tools_are_wrong(tools: list[str] | None) -> None:
    (problem,) = problems(CLIENT, "stdio", seen({**report(), "tools": tools}))
    assert problem.startswith("the tools listed are ")


@pytest.mark.parametrize(("name", "other"), [("mcp-2.3", "2025-11-25"), ("mcp-1.30", MODERN)])
def test_the_other_protocol_era_is_wrong(name: str, other: str) -> None:
    (problem,) = problems(BY_NAME[name], "stdio", seen({**report(), "protocol": other}))
    assert problem == f"it was to speak {BY_NAME[name].era}, and agreed upon {other}"


def test_a_client_that_does_not_show_the_protocol_s_version_is_not_wrong() -> None:
    client = replace(CLIENT, era=HANDSHAKE)
    assert problems(client, "stdio", seen({**report(), "protocol": None})) == []


@pytest.mark.parametrize("strict", ["1 error: tools/0: not portable", None])
def test_tools_that_a_strict_client_complains_of_are_wrong(strict: str | None) -> None:
    client = BY_NAME["inspector"]
    assert problems(client, "stdio", seen({**report(), "strict": ""})) == []
    assert problems(client, "stdio", seen({**report(), "strict": strict})) == [f"--strict: {strict}"]


@pytest.mark.parametrize("said", ["", "[]", "null", "not JSON", "{}\n{}"])
def test_what_is_no_report_is_wrong(said: str) -> None:
    (problem,) = problems(CLIENT, "stdio", Seen(0, said))
    assert problem.startswith("it printed no JSON document")


def test_an_empty_report_is_wrong() -> None:
    assert problems(CLIENT, "stdio", Seen(0, "{}"))


def test_a_client_that_failed_or_did_not_end_is_wrong_whatever_it_said() -> None:
    assert problems(CLIENT, "stdio", replace(seen(), status=None)) == ["it did not end"]
    failed = replace(seen(), status=1, told="Traceback\nConnectionError: refused\n")
    assert problems(CLIENT, "stdio", failed) == ["it ended with status 1: ConnectionError: refused"]


@pytest.mark.parametrize(
    ("way", "used", "wrong"),
    [
        ("http", "sse", ["the server had no POST /mcp", "the server had POST /messages"]),
        ("sse", "http", ["the server had no GET /sse", "the server had no POST /messages"]),
        ("key", "stdio", ["the server had no POST /mcp"]),
    ],
)
def test_another_transport_than_the_one_that_is_tried_is_wrong(way: str, used: str, wrong: list[str]) -> None:
    found = problems(CLIENT, way, replace(seen(), requests=frozenset(PATHS[used])))
    assert found[: len(wrong)] == wrong


def test_a_server_that_logs_an_error_is_wrong() -> None:
    line = '{"level": "error", "message": "the call failed"}'
    assert problems(CLIENT, "http", replace(seen(way="http"), log=f"{{}}\n{line}\n")) == [
        f"the server's log: {line}"
    ]


def test_a_key_that_got_into_the_log_or_the_report_is_wrong() -> None:
    told = replace(seen({**report(), "key": KEY}, way="key"), log=f"a request with {KEY}")
    assert problems(CLIENT, "key", told) == [
        "the key is in the server's log",
        "the key is in the report",
    ]


def test_servers_that_are_left_behind_are_wrong() -> None:
    assert problems(CLIENT, "stdio", replace(seen(), left=2)) == ["2 of its servers went on without it"]
