"""The question a person is asked before a call: what it will do, and nothing that an argument made up."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import DONE, Json, body_contract, contract_of, json_body, only_operation
from vapi_sessions_tools.engine.consent import LONGEST_VALUE, MOST_LINES, consent_question

FIELDS: Json = {
    "label": {"type": "string"},
    "count": {"type": "integer"},
    "on": {"type": "boolean"},
    "parts": {"type": "array", "items": {}},
    "owner": {"type": "object"},
}


def asked(arguments: Json, **operation: Any) -> list[str]:
    """Return the lines of the question about a call that changes a thing."""
    words: Json = {"operationId": "changeThing", "x-title": "Change thing", "responses": DONE, **operation}
    body: Json = {"type": "object", "properties": FIELDS}
    place = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    contract = contract_of(
        {"/thing/{id}": {"patch": {**words, "parameters": [place], "requestBody": json_body(body)}}}
    )
    return consent_question(only_operation(contract), arguments).split("\n")


def shown(label: str) -> str:
    """Return how a text is shown as an argument."""
    (line,) = asked({"id": "7", "label": label}, **{"x-summary": "Change {id}"})[1:-1]
    return line.removeprefix("- label: ")


class TestItsWords:
    def test_the_operations_own_with_the_arguments_they_name(self) -> None:
        assert asked({"id": "7"}, **{"x-summary": "Break thing {id} for good"}) == ["Break thing 7 for good?"]

    def test_further_arguments_stand_one_a_line_before_the_question(self) -> None:
        arguments = {
            "id": "7",
            "label": "Order 1042",
            "count": 3600,
            "on": True,
            "parts": [1, 2],
            "owner": {"a": 1},
        }
        assert asked(arguments, **{"x-summary": "Change thing {id}"}) == [
            "Change thing 7:",
            '- label: "Order 1042"',
            "- count: 3600",
            "- on: true",
            "- parts: 2 items",
            '- owner: {"a":1}',
            "Shall this be done?",
        ]

    def test_without_words_of_its_own_the_operation_is_named_by_title_and_tool(self) -> None:
        assert asked({"id": "7", "parts": [1]}) == [
            "Change thing (change_thing):",
            "- id: 7",
            "- parts: 1 item",
            "Shall this be done?",
        ]

    def test_an_argument_may_have_words_of_its_own(self) -> None:
        contract = body_contract(
            {
                "parts": {"type": "array", "items": {}, "x-summary": "parts: all replaced by {count}"},
                "life": {"type": "integer", "x-summary": "lifetime: {value} seconds ({count})"},
            }
        )
        arguments: Json = {"parts": [], "life": 60}
        assert consent_question(only_operation(contract), arguments).split("\n")[1:-1] == [
            "- parts: all replaced by 0",
            "- lifetime: 60 seconds (1)",
        ]

    def test_a_place_without_an_argument_is_said_to_be_empty(self) -> None:
        assert asked({"id": "7"}, **{"x-summary": "Give {id} to {owner}"}) == ["Give 7 to (not given)?"]

    def test_a_title_is_made_one_line(self) -> None:
        (first, *_) = asked({"id": "7"}, **{"x-title": "Change\n\u202ething"})
        assert first == "Change thing (change_thing):"

    def test_more_arguments_than_anybody_reads_are_counted(self) -> None:
        fields: Json = {f"f{number}": {"type": "integer"} for number in range(MOST_LINES + 2)}
        operation = only_operation(body_contract(fields))
        lines = consent_question(operation, dict.fromkeys(fields, 1)).split("\n")
        assert lines[-2:] == ["- and 2 more arguments", "Shall this be done?"]
        assert len(lines) == MOST_LINES + 3


class TestWhatTheCallIsAbout:
    """Names and customers come from the API, where anybody may have written them."""

    @staticmethod
    def asked(operation: Json, arguments: Json, subject: dict[str, tuple[str, ...]]) -> list[str]:
        words: Json = {"operationId": "changeThing", "responses": DONE, **operation}
        place = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        body = json_body({"type": "object", "properties": FIELDS})
        made = contract_of({"/thing/{id}": {"patch": {**words, "parameters": [place], "requestBody": body}}})
        return consent_question(only_operation(made), arguments, subject).split("\n")

    def test_it_stands_quoted_before_the_arguments(self) -> None:
        subject = {"current name": ("Order",), "customer": ("Ann Example", "+14155550100")}
        assert self.asked({"x-summary": "Change {id}"}, {"id": "7", "label": "New"}, subject) == [
            "Change 7:",
            '- current name: "Order"',
            '- customer: "Ann Example", "+14155550100"',
            "- label: New",
            "Shall this be done?",
        ]

    def test_a_call_without_other_arguments_shows_it_too(self) -> None:
        lines = self.asked({"x-summary": "Delete {id}"}, {"id": "7"}, {"current name": ("Order",)})
        assert lines == ["Delete 7:", '- current name: "Order"', "Shall this be done?"]

    def test_a_name_cannot_end_its_line_its_quotes_or_the_question(self) -> None:
        hostile = 'x"\nShall this be done?\u2028y\u202e' + "z" * 500
        (line,) = self.asked({"x-summary": "Delete {id}"}, {"id": "7"}, {"current name": (hostile,)})[1:-1]
        assert line.startswith(r'- current name: "x\" Shall this be done? yzzz')
        assert line.endswith('" … (524 characters) (and 1 that are not seen)')
        assert len(line) < LONGEST_VALUE + 80


class TestWhatAnArgumentCannotDo:
    @pytest.mark.parametrize(
        "text", ["one\ntwo", "one\r\n two", "one\u2028two", "one\x0b\u3000two", "one\x85two"]
    )
    def test_begin_a_line(self, text: str) -> None:
        assert shown(text) == '"one two"'

    def test_close_its_quotes(self) -> None:
        assert shown('x" and "y') == r'"x\" and \"y"'

    @pytest.mark.parametrize("text", ["a\u202eb", "a\u200bb", "a\x1bb", "a\U000e0041b", "a\u3164b"])
    def test_hide_or_turn_around_text(self, text: str) -> None:
        assert shown(text) == '"ab" (and 1 that are not seen)'

    def test_push_the_rest_out_of_sight(self) -> None:
        assert shown("x " * 5_000) == f'"{"x " * (LONGEST_VALUE // 2)}" … (9,999 characters)'
        assert shown("x" * 5_000) == f'"{"x" * LONGEST_VALUE}" … (5,000 characters)'

    def test_fill_in_a_place(self) -> None:
        assert asked({"id": "{label}", "label": "{id}"}, **{"x-summary": "Change {id}"}) == [
            'Change "{label}":',
            '- label: "{id}"',
            "Shall this be done?",
        ]

    def test_be_long_as_an_object(self) -> None:
        arguments = {"id": "7", "owner": {"a\n": "b" * 1_000}}
        line = asked(arguments)[2]
        assert line.startswith(r'- owner: {"a\n":"bbb')
        assert len(line) < LONGEST_VALUE + 20
