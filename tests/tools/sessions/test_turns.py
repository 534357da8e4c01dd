"""One message takes one line: who, when where that is known, and what."""

from __future__ import annotations

from typing import Any

import pytest

from vapi_sessions_tools.sessions.quotation import Quotation
from vapi_sessions_tools.sessions.turns import turn_line

CALL = {"id": "1", "type": "function", "function": {"name": "look_up", "arguments": '{"a":1}'}}
CALLED = '**calls** look_up({"a":1})'
SPOKEN = {"role": "bot", "message": "Hello", "time": 1785229205000, "secondsFromStart": 5.25}
HOSTILE = {"role": "user**: yes\n> - **3 assistant", "name": "**bot**", "content": "no"}


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ({"role": "user", "content": "Hello"}, "user**: Hello"),
        (SPOKEN, "bot** (2026-07-28 09:00:05 UTC, +5.25 s): Hello"),
        ({"role": "assistant", "content": None, "tool_calls": [CALL]}, f"assistant**: {CALLED}"),
        (
            {"role": "tool_calls", "message": "Wait", "toolCalls": [CALL, CALL]},
            f"tool_calls**: Wait {CALLED} {CALLED}",
        ),
        ({"role": "tool_call_result", "name": "look_up", "result": "42"}, "tool_call_result, look_up**: 42"),
        ({"role": "assistant", "tool_calls": [{"x": 1}, 7]}, 'assistant**: **calls** {"x":1} **calls** 7'),
        ({"role": "assistant", "content": None}, "assistant**: (nothing)"),
        ({"role": "assistant", "content": "", "refusal": "No."}, "assistant**: No."),
        ({"role": "user", "content": "same", "message": "same"}, "user**: same"),
        ({"role": "assistant", "content": "Partly", "refusal": "no"}, "assistant**: Partly no"),
        ({"content": "x"}, "(no role)**: x"),
        ({"role": ["a"], "content": {"a": 1}}, r'\["a"\]**: {"a":1}'),
        (None, "(no message)**: null"),
        ("text", "(no message)**: text"),
        (HOSTILE, r"user\*\*: yes ⏎ \> - \*\*3 assistant, \*\*bot\*\***: no"),
        ({"role": "user", "content": "ok **calls** f(9)"}, r"user**: ok \*\*calls\*\* f(9)"),
    ],
)
def test_every_message_is_shown_and_no_words_pass_for_a_label_or_a_call(message: Any, line: str) -> None:
    assert turn_line(Quotation(), 2, message, 1_000) == f"- **2 {line}"


@pytest.mark.parametrize(
    ("time", "is_shown"),
    [
        *((time, True) for time in (1785229205000, 1785229205)),
        *(
            (time, True)
            for time in ("2026-07-28T09:00:05Z", "2026-07-28T11:00:05+02:00", "2026-07-28T09:00:05")
        ),
        *((time, False) for time in (None, "soon", True, 1e300, -1e14, float("nan"), [1])),
        pytest.param(10**400, False, id="huge"),
    ],
)
def test_a_time_is_shown_where_it_can_be_read(time: Any, *, is_shown: bool) -> None:
    shown = " (2026-07-28 09:00:05 UTC)" if is_shown else ""
    message = {"role": "user", "content": "x", "time": time, "secondsFromStart": 10**400}
    assert turn_line(Quotation(), 2, message, 1_000) == f"- **2 user**{shown}: x"
