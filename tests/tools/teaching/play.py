"""One play of the mechanical agent: a call sent, refused, repaired and sent again, until it is accepted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.teaching.mechanical_agent import repair
from vapi_sessions_tools.errors import InvalidArgumentsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.teaching.json_kinds import Json
    from tools.teaching.published_contract import PublishedContract
    from tools.teaching.union_branches import Target
    from vapi_sessions_tools.toolset import Toolset


PATIENCE = 6
"""After how many refusals of one call the agent gives up."""


@dataclass(slots=True)
class Refusal:
    """A refused call, as its caller knows it.

    Args:
        tool: That was called.
        arguments: With which.
        error: As it was received.
    """

    tool: str
    arguments: Json
    error: Json

    @property
    def problems(self) -> list[Json]:
        """What is told to be wrong."""
        problems: list[Json] = self.error["error"]["problems"]
        return problems


@dataclass(slots=True)
class Play:
    """How a play went.

    Args:
        arguments: The last ones.
        refusals: In their order.
        stuck: Whether the agent gave up.
    """

    arguments: Json
    refusals: list[Refusal] = field(default_factory=list["Refusal"])
    stuck: bool = False


def refusal(toolset: Toolset, tool: str, arguments: Json) -> Refusal | None:
    """Return how a call is refused, as JSON and nothing else; None where it would be sent."""
    try:
        toolset.prepare(tool, arguments)
    except InvalidArgumentsError as error:
        return Refusal(tool, arguments, json.loads(json.dumps(error.as_result())))
    return None


def play(ask: Callable[[Json], Refusal | None], arguments: Json, wanted: tuple[str, ...]) -> Play:
    """Repair a call from its refusals until it is accepted, or until they teach nothing more.

    Args:
        ask: Makes the call and returns its refusal, or None.
        arguments: To begin with.
        wanted: What is meant where branches are offered.
    """
    course = Play(arguments)
    while (refused := ask(course.arguments)) is not None:
        course.refusals.append(refused)
        repaired = repair(course.arguments, refused.error, wanted)
        if json.dumps(repaired) == json.dumps(course.arguments) or len(course.refusals) == PATIENCE:
            course.stuck = True
            break
        course.arguments = repaired
    return course


def shortcoming(course: Play, target: Target, contract: PublishedContract) -> str | None:
    """Say why a play did not end with the branch that was wanted; None where it did."""
    if course.stuck:
        return f"the refusal of {course.refusals[-1].problems[0]['path']} taught nothing more"
    value = target.found_in(course.arguments)
    faults = contract.faults(target.branch.name, value)
    if not faults:
        return None
    taken_as = [name for name in target.siblings if not contract.faults(name, value)]
    return f"accepted as {taken_as[0]}" if taken_as else f"accepted, although {'; '.join(faults)}"
