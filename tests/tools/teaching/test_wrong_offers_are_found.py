"""A refusal that told what is not right would be found: one made-up refusal for each kind of fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tools.teaching.offers import Offer
from tools.teaching.play import Refusal
from tools.teaching.wrong_offers import tools_refuse, wrong_offers

if TYPE_CHECKING:
    from tools.teaching.json_kinds import Json
    from tools.teaching.judge import Judge
    from vapi_sessions_tools.toolset import Toolset

MODELS = "string, such as gpt-5.6-sol, gpt-5.6-terra; 154 more"


def found(unconnected: Toolset, judge: Judge, path: str, told: Json, value: Any) -> list[str]:
    """Judge a refusal that tells something of one place, where a value stood."""
    arguments = value
    for name in reversed(path.split(".")):
        arguments = {name: arguments}
    problem = {"path": path, "rule": "must be something else", **told}
    return wrong_offers(
        unconnected, judge, [Refusal("create_session", arguments, {"error": {"problems": [problem]}})]
    )


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("status", 5, {"allowed": ["active", "completed"]}),
        ("name", 5, {"allowed": "a string, at most 40 characters"}),
        ("expirationSeconds", 5, {"allowed": "60 to 2592000"}),
        ("assistant.model.temperature", 5, {"schema": "number, 0 to 2"}),
        ("assistant.server", 5, {"schema": {"type": "Server", "as at": "assistant.voice.server"}}),
        (
            "assistant.model.knowledgeBase",
            5,
            {"schema": {"tag": "provider", "branches": ["custom-knowledge-base"]}},
        ),
        ("customer.number", "1", {"allowed": "3 to 40 characters"}),
    ],
)
def test_what_is_right_is_not_found(
    unconnected: Toolset, judge: Judge, path: str, value: Any, told: Json
) -> None:
    assert found(unconnected, judge, path, told, value) == []


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("assistant.model", {"tag": "provider", "branches": ["no-such"]}, id="a tag's value"),
        pytest.param("assistant.model", {"tag": "provider", "branches": ["openai"]}, id="too few tags"),
        pytest.param(
            "assistant.model", {"tag": "model", "branches": ["gpt-4o"]}, id="a field that is no tag"
        ),
        pytest.param("assistant.model", {"tag": "provider", "branches": [5]}, id="a tag's type"),
        pytest.param(
            "assistant.voice",
            {"tag": "provider", "branches": {"no-such": "ElevenLabsVoice"}},
            id="a branch's tag",
        ),
        pytest.param(
            "assistant.voice", {"tag": "provider", "branches": {"11labs": "AzureVoice"}}, id="a branch's type"
        ),
        pytest.param("assistant.model", "object by provider: no-such", id="a tag's value in words"),
        pytest.param("assistant.model", "object by provider: openai, 2 more", id="how many tags"),
        pytest.param("assistant.model", "object by provider: openai", id="too few tags in words"),
        pytest.param("assistant.model", "object OpenAIModel", id="one branch for all"),
        pytest.param("assistant.model", {"any of": ["string, such as openai"]}, id="another kind"),
        pytest.param("assistant.model.model", "string, such as no-such-model", id="an example"),
        pytest.param("assistant.no-such-field", "string", id="a place"),
        pytest.param("status", ["active", "done"], id="a listed value"),
        pytest.param("status", ["active"], id="too few values"),
        pytest.param("status", ["active", "... 2 more"], id="how many values"),
        pytest.param("name", "number", id="a kind"),
        pytest.param("name", "string", id="no limit where there is one"),
        pytest.param("name", "string, at most 41 characters", id="a length"),
        pytest.param("name", "string, 1 to 40 characters", id="a length that is none"),
        pytest.param("name", "string, at most 40 characters, such as Ada", id="an example of anything"),
        pytest.param("name", "string, at most 40 characters or number", id="a kind too many"),
        pytest.param("name", "string, matching ^[a-z]+$, at most 40 characters", id="a pattern"),
        pytest.param("name", "a UUID: 8-4-4-4-12 hexadecimal digits", id="a form"),
        pytest.param("expirationSeconds", "number, 60 to 99", id="a range"),
        pytest.param("expirationSeconds", "number, at least 60", id="half a range"),
        pytest.param("expirationSeconds", "number, 60 to 2592000, multiple of 60", id="a step"),
        pytest.param("expirationSeconds", "number, more than 60, at most 2592000", id="an exclusive bound"),
        pytest.param("expirationSeconds", "whole number, 60 to 2592000", id="a kind of number"),
        pytest.param("messages", "list of string", id="items"),
        pytest.param("messages", {"list of": "string"}, id="items of an outline"),
        pytest.param("assistant.metadata", "string", id="a kind instead of any"),
        pytest.param("assistant.server", {"type": "Server", "as at": "name"}, id="none, as a control"),
        pytest.param(
            "assistant.server", {"type": "OpenAIModel", "as at": "name"}, id="a type told elsewhere"
        ),
    ],
)
def test_a_wrong_word_is_found_in_both_texts_of_a_problem(
    unconnected: Toolset, judge: Judge, path: str, told: Any, request: pytest.FixtureRequest
) -> None:
    control = "control" in request.node.callspec.id
    for text in ("allowed", "schema"):
        assert bool(found(unconnected, judge, path, {text: told}, 5)) is not control


def _openai(**changed: Any) -> Json:
    """Return a right outline of OpenAIModel, changed."""
    return {
        "type": "OpenAIModel",
        "required": {"provider": ["openai"], "model": MODELS},
        "optional": {"temperature": "number, 0 to 2", "toolIds": "list of string"},
        "further": ["maxTokens", "... 11 more"],
        **changed,
    }


def test_a_right_outline_is_not_found(unconnected: Toolset, judge: Judge) -> None:
    assert found(unconnected, judge, "assistant.model", {"schema": _openai()}, {"provider": "openai"}) == []
    names: Json = {"required": {"provider": ["openai"]}, "also required": ["model"]}
    told = {"schema": _openai(**names)}
    assert found(unconnected, judge, "assistant.model", told, {"provider": "openai"}) == []


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"type": "AzureModel"}, id="type"),
        pytest.param({"required": {"provider": ["openai"]}}, id="a required field is untold"),
        pytest.param(
            {
                "required": {"provider": ["openai"]},
                "optional": {"model": MODELS, "temperature": "number, 0 to 2", "toolIds": "list of string"},
            },
            id="a required field told as optional",
        ),
        pytest.param(
            {"required": {"provider": ["openai"], "model": MODELS, "temperature": "number, 0 to 2"}},
            id="an optional field told as required",
        ),
        pytest.param({"required": {"provider": ["no-such"], "model": MODELS}}, id="the tag's value"),
        pytest.param({"required": {"provider": ["openai"], "model": "string, such as x"}}, id="an example"),
        pytest.param({"required": {"provider": ["openai"], "model": "string"}}, id="listed values untold"),
        pytest.param(
            {"required": {"provider": ["openai"]}, "also required": ["model", "temperature"]},
            id="too many names of required fields",
        ),
        pytest.param(
            {"required": {"provider": ["openai"]}, "also required": ["model", "... 1 more"]},
            id="how many required fields more",
        ),
        pytest.param(
            {"optional": {"temperature": "number, 0 to 99"}, "further": ["... 13 more"]}, id="a limit"
        ),
        pytest.param({"optional": {"temperature": "number"}, "further": ["... 13 more"]}, id="no limit"),
        pytest.param(
            {"optional": {"temperature": "string"}, "further": ["... 13 more"]}, id="a field's kind"
        ),
        pytest.param({"optional": {"toolIds": "list of number"}, "further": ["... 13 more"]}, id="its items"),
        pytest.param({"optional": {"no-such": "string"}, "further": ["... 13 more"]}, id="no such field"),
        pytest.param({"further": ["maxTokens"]}, id="too few further fields"),
        pytest.param({"further": ["maxTokens", "... 12 more"]}, id="how many further fields"),
        pytest.param({"further": ["no-such", "... 11 more"]}, id="no such further field"),
        pytest.param({"any other field": "string"}, id="fields of any name"),
    ],
)
def test_a_wrong_part_of_an_outline_is_found(unconnected: Toolset, judge: Judge, changed: Json) -> None:
    told = {"schema": _openai(**changed)}
    assert found(unconnected, judge, "assistant.model", told, {"provider": "openai"})


@pytest.mark.parametrize(
    "wrong",
    [
        "object by provider: no-such-provider",
        "object by provider: openai",
        "object by provider: openai, anthropic, 16 more",
        "object by type: openai, anthropic, 15 more",
    ],
)
def test_wrong_tags_of_a_field_are_found(unconnected: Toolset, judge: Judge, wrong: str) -> None:
    for line in ("object by provider: openai, anthropic, 15 more", wrong):
        told = {"type": "CreateAssistantDTO", "optional": {"model": line}, "further": ["... 30 more"]}
        assert bool(found(unconnected, judge, "assistant", {"schema": told}, {})) is (line == wrong)


@pytest.mark.parametrize(
    "told",
    [
        {"tag": "on", "branches": ["call.ending"], "any other tag": "SayHookAction"},
        {"tag": "on", "branches": {"call.ending": "CallHookCallEnding"}, "any other tag": "SayHookAction"},
        {"tag": "on", "branches": {"customer.speech.timeout": "CallHookCallEnding"}},
    ],
)
def test_what_chooses_a_branch_with_an_open_tag_is_judged(
    unconnected: Toolset, judge: Judge, told: Json
) -> None:
    assert found(unconnected, judge, "assistant.hooks", {"schema": {"list of": told}}, 5)


@pytest.mark.parametrize(
    "told",
    [{"tag": "provider", "branches": {"openai": "OpenAIModel"}}, "object by provider: openai"],
)
def test_a_choice_is_told_whole_even_where_it_was_made(unconnected: Toolset, judge: Judge, told: Any) -> None:
    assert found(unconnected, judge, "assistant.model", {"schema": told}, {"provider": "openai"})


def test_an_outline_of_which_not_all_can_be_read_is_found(unconnected: Toolset, judge: Judge) -> None:
    told = {"schema": _openai(**{"and also": "string"})}
    assert found(unconnected, judge, "assistant.model", told, {"provider": "openai"})


@pytest.mark.parametrize(
    "arguments", [{"assistant": {"model": {"provider": "openai", "model": 5}}}, {"assistant": {"model": "x"}}]
)
def test_an_offer_counts_as_refused_at_its_place_and_above(unconnected: Toolset, arguments: Json) -> None:
    offer = Offer("create_session", arguments, ("assistant", "model", "model"), None)
    assert tools_refuse(unconnected, offer)


@pytest.mark.parametrize("arguments", [{"name": "x"}, {"name": "x", "messages": 5}])
def test_what_is_refused_elsewhere_says_nothing_of_an_offer(unconnected: Toolset, arguments: Json) -> None:
    assert not tools_refuse(unconnected, Offer("create_session", arguments, ("name",), "x"))
