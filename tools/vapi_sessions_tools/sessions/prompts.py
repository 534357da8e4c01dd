"""The prompts about sessions: what a person may choose, and the messages that come of it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.placeholder import cut
from vapi_sessions_tools.errors import InvalidArgumentsError
from vapi_sessions_tools.offered import Prompt, PromptArgument, WrongPromptError
from vapi_sessions_tools.sessions import prompt_texts
from vapi_sessions_tools.sessions.quotation import Quotation
from vapi_sessions_tools.sessions.reading import GET, LIST, SessionReader
from vapi_sessions_tools.sessions.review import review

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.toolset import Toolset

SESSION_ID, CUSTOMER = "session_id", "customer"
MOST_REVIEWED = 20
_REVIEWED = 5
_LONGEST_NAME = 80
_MOST_NAMED = 8
_COUNT = re.compile(r"[0-9]{1,4}")
_LONGEST_WORD = 100

_SESSION = PromptArgument(SESSION_ID, "The session's id, a UUID", required=True)
_LANGUAGE = PromptArgument("language", "The language of the answer; the model chooses when left out")
_PROMPTS = {
    GET: (
        Prompt(
            "pick_up_conversation",
            "Pick up a conversation",
            "What was agreed in a session, what is open, and what to say next.",
            (_SESSION, _LANGUAGE),
        ),
        Prompt(
            "summarise_for_handover",
            "Summarise for a hand-over",
            "A session in brief for whoever takes it over.",
            (_SESSION, PromptArgument("audience", "Who takes over; a colleague by default"), _LANGUAGE),
        ),
    ),
    LIST: (
        Prompt(
            "review_customer",
            "Review a customer's sessions",
            "What a customer came for in their newest sessions, how it went, and what to do now.",
            (
                PromptArgument(
                    CUSTOMER,
                    "Phone number as +14155551234, e-mail address, SIP URI, or your external id",
                    required=True,
                ),
                PromptArgument("limit", f"Sessions at most, 1 to {MOST_REVIEWED}; {_REVIEWED} by default"),
                _LANGUAGE,
            ),
        ),
    ),
}


class SessionPrompts:
    """The prompts for which the tools are offered.

    Args:
        toolset: The tools.
    """

    def __init__(self, toolset: Toolset) -> None:
        self._toolset = toolset
        self._reader = SessionReader(toolset)
        self.prompts = tuple(
            prompt for tool, prompts in _PROMPTS.items() if self._reader.offers(tool) for prompt in prompts
        )

    async def get(
        self, name: str, arguments: Mapping[str, str], credential: Credential | MissingKey
    ) -> tuple[str, ...]:
        """Return a prompt's messages: what to do, the untrusted material, and a reminder of what it is.

        Args:
            name: Of the prompt.
            arguments: By their names; an empty one counts as not given.
            credential: Whose key to call with.

        Raises:
            WrongPromptError: There is no such prompt, or its arguments are others.
            CallError: The material could not be read.
        """
        given = {key: text.strip() for key, text in arguments.items() if text.strip()}
        self._check(name, given, credential)
        try:
            material = await self._material(given, credential)
        except InvalidArgumentsError as error:
            place = SESSION_ID if SESSION_ID in given else CUSTOMER
            rules = ", ".join(problem.rule for problem in error.problems)
            raise WrongPromptError(f"{name}: {place} {rules}.") from error
        words = {key: _word(self._toolset.without_key(text, credential)) for key, text in given.items()}
        task = prompt_texts.TASKS[name].format_map({"audience": prompt_texts.SUCCESSOR, **words})
        if "language" in words:
            task += f"\n\n{prompt_texts.LANGUAGE.format_map(words)}"
        return task, material, prompt_texts.REMINDER

    async def _material(self, given: Mapping[str, str], credential: Credential | MissingKey) -> str:
        if SESSION_ID in given:
            return await self._reader.transcript(given[SESSION_ID], credential)
        limit = _limit(given.get("limit"))
        found = await self._reader.of_customer(given[CUSTOMER], credential)
        return self._toolset.without_key(review(found, limit, self._reader.reader), credential)

    def _check(self, name: str, given: Mapping[str, str], credential: Credential | MissingKey) -> None:
        prompt = next((prompt for prompt in self.prompts if prompt.name == name), None)
        if prompt is None:
            known = ", ".join(prompt.name for prompt in self.prompts)
            raise WrongPromptError(
                f"Unknown prompt: {self._shown(name, credential)}. The prompts are {known}."
            )
        names = [argument.name for argument in prompt.arguments]
        required = [argument.name for argument in prompt.arguments if argument.required]
        wrong = [f"{key} is required" for key in required if key not in given]
        unknown = islice((key for key in given if key not in names), _MOST_NAMED)
        wrong += [f"there is no {self._shown(key, credential)}" for key in unknown]
        if wrong:
            raise WrongPromptError(f"{name}: {'; '.join(wrong)}. Its arguments are {', '.join(names)}.")

    def _shown(self, name: str, credential: Credential | MissingKey) -> str:
        # The key is taken out of a name before it is cut, as it may end in a part of one.
        return cut(self._toolset.without_key(name, credential), _LONGEST_NAME)


def _limit(text: str | None) -> int:
    if text is None:
        return _REVIEWED
    if not _COUNT.fullmatch(text) or not 1 <= int(text) <= MOST_REVIEWED:
        raise WrongPromptError(f"review_customer: limit must be a whole number from 1 to {MOST_REVIEWED}.")
    return int(text)


def _word(text: str) -> str:
    """Return what a person gave as a few words within one line of ours."""
    return Quotation().words(text, _LONGEST_WORD)
