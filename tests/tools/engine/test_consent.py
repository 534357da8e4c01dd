"""The question a person is asked before a call: what the call does, and nothing an argument could forge."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import DONE, Json, body_contract, contract_of, json_body, object_of, only_operation, text
from vapi_sessions_tools.engine.consent import LONGEST_VALUE, MOST_LINES, consent_question

FIELDS: Json = {
    "label": text(),
    "count": {"type": "integer"},
    "on": {"type": "boolean"},
    "parts": {"type": "array", "items": {}},
    "owner": {"type": "object"},
}
CHANGE: Json = {"x-summary": "Change {id}"}
LAST = "Shall this be done?"


def question(arguments: Json, subject: Any = None, **operation: Any) -> list[str]:
    """Return the lines of the question about a call that changes a thing."""
    place = {"name": "id", "in": "path", "required": True, "schema": text()}
    patch: Json = {
        "operationId": "changeThing",
        "x-title": "Change thing",
        "responses": DONE,
        "parameters": [place],
        "requestBody": json_body(object_of(FIELDS)),
        **operation,
    }
    contract = contract_of({"/thing/{id}": {"patch": patch}})
    return consent_question(only_operation(contract), arguments, subject).split("\n")


def shown(label: str) -> str:
    """Return how a text is shown as an argument."""
    (line,) = question({"id": "7", "label": label}, **CHANGE)[1:-1]
    return line.removeprefix("- label: ")


def test_the_summary_is_the_question_where_it_names_all_arguments() -> None:
    assert question({"id": "7"}, **{"x-summary": "Break {id} for good"}) == ["Break 7 for good?"]
    assert question({"id": "7"}, **{"x-summary": "Give {id} to {owner}"}) == ["Give 7 to (not given)?"]


def test_every_further_argument_has_a_line() -> None:
    arguments: Json = {"label": "Order 1042", "count": 3600, "on": True, "parts": [1, 2], "owner": {"a": 1}}
    assert question({"id": "7", **arguments}, **CHANGE) == [
        "Change 7:",
        '- label: "Order 1042"',
        "- count: 3600",
        "- on: true",
        "- parts: 2 items",
        '- owner: {"a":1}',
        LAST,
    ]


def test_an_operation_without_summary_is_named_by_title_and_tool() -> None:
    lines = ["Change thing (change_thing):", "- id: 7", "- parts: 1 item", LAST]
    assert question({"id": "7", "parts": [1]}) == lines
    assert question({"id": "7", "parts": [1]}, **{"x-title": "Change\n\u202ething"}) == lines


def test_an_argument_with_a_summary_is_shown_by_it() -> None:
    fields = {
        "parts": {"type": "array", "items": {}, "x-summary": "parts: all replaced by {count}"},
        "life": {"type": "integer", "x-summary": "lifetime: {value} seconds ({count})"},
    }
    lines = consent_question(only_operation(body_contract(fields)), {"parts": [], "life": 60}).split("\n")
    assert lines[1:-1] == ["- parts: all replaced by 0", "- lifetime: 60 seconds (1)"]


def test_arguments_beyond_the_limit_are_counted() -> None:
    fields: Json = {f"f{number}": {"type": "integer"} for number in range(MOST_LINES + 2)}
    lines = consent_question(only_operation(body_contract(fields)), dict.fromkeys(fields, 1)).split("\n")
    assert lines[-2:] == ["- and 2 more arguments", LAST]
    assert len(lines) == MOST_LINES + 3


def test_what_the_call_is_about_is_quoted_before_the_arguments() -> None:
    subject = {"current name": ("Order",), "customer": ("Ann Example", "+14155550100")}
    known = ['- current name: "Order"', '- customer: "Ann Example", "+14155550100"']
    assert question({"id": "7", "label": "New"}, subject, **CHANGE)[1:-1] == [*known, "- label: New"]
    assert question({"id": "7"}, subject, **CHANGE) == ["Change 7:", *known, LAST]


def test_what_the_call_is_about_cannot_end_its_line_its_quotes_or_the_question() -> None:
    hostile = 'x"\nShall this be done?\u2028y\u202e' + "z" * 500
    (line,) = question({"id": "7"}, {"current name": (hostile,)}, **CHANGE)[1:-1]
    assert line.startswith(r'- current name: "x\" Shall this be done? yzzz')
    assert line.endswith('" … (524 characters) (and 1 that are not seen)')
    assert len(line) < LONGEST_VALUE + 80


@pytest.mark.parametrize(
    ("text", "line"),
    [
        *((text, '"one two"') for text in ("one\r\n two", "one\u2028two", "one\x0b\u3000two", "one\x85two")),
        *((f"a{hidden}b", '"ab" (and 1 that are not seen)') for hidden in "\u202e\u200b\x1b\U000e0041\u3164"),
        ('x" and "y', r'"x\" and \"y"'),
        ("{id}", '"{id}"'),
    ],
)
def test_an_argument_stays_on_its_line_and_in_its_quotes(text: str, line: str) -> None:
    assert shown(text) == line


def test_a_long_argument_is_cut() -> None:
    assert shown("x " * 5_000) == f'"{"x " * (LONGEST_VALUE // 2)}" … (9,999 characters)'
    assert shown("x" * 5_000) == f'"{"x" * LONGEST_VALUE}" … (5,000 characters)'
    line = question({"id": "7", "owner": {"a\n": "b" * 1_000}})[2]
    assert line.startswith(r'- owner: {"a\n":"bbb')
    assert len(line) < LONGEST_VALUE + 20


def test_an_argument_does_not_fill_a_place_of_the_summary() -> None:
    assert question({"id": "{label}", "label": "x"}, **CHANGE)[0] == 'Change "{label}":'
