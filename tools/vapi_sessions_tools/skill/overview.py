"""The skill's own text, SKILL.md: what it is for, how a call is made, and what to keep in mind."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from vapi_sessions_tools.skill.commands import REFUSED, SESSION, TRIALS, USUAL, code
from vapi_sessions_tools.skill.frontmatter import frontmatter
from vapi_sessions_tools.skill.outcomes import failures, results
from vapi_sessions_tools.skill.references import TYPES, look_up, takes_types, tool_reference
from vapi_sessions_tools.skill.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.operation import Operation
    from vapi_sessions_tools.skill.commands import Command, Invocation


def overview(contract: Contract, *, program: str, version: str, invocation: Invocation) -> str:
    """Return SKILL.md.

    Args:
        contract: The tools that the skill is about.
        program: The name of the command that calls them.
        version: The program's version.
        invocation: How commands start the program.
    """
    sections = [
        frontmatter(contract, program=program, version=version),
        f"# Vapi sessions\n\n{contract.instructions}",
        *_calling(program, invocation),
        _tools(contract, invocation),
        *_examples(contract, invocation),
        results(contract),
        failures(contract),
        rules(contract),
    ]
    return "\n\n".join(section.rstrip("\n") for section in sections) + "\n"


def _calling(program: str, invocation: Invocation) -> list[str]:
    """Return the section on how a call is made."""
    options = invocation.options
    start = _CALLING.format(call=code(f"{invocation.prefix('call')} TOOL JSON"), program=program)
    key = _KEY if {*_ADDRESSES} & {*options} else f"{_KEY} {_REGION}"
    settings = [_SETTINGS.format(options=code(shlex.join(options)))] if options else []
    return [start, *settings, key, _SANDBOX]


_CALLING = """\
## How a call is made

{call}
makes one call and prints its result as one line of JSON. `JSON` is an object with the tool's arguments; `-`
reads it from standard input, which is best for long ones, and where a shell quotes differently. Further
options come last. If the program is not there, `uvx {program}` in its place runs it without installing it,
and `pip install {program}` installs it."""
_SETTINGS = """\
**Settings.** The user exported this skill with
{options}
and every command has these options. Leave none out, and add none that contradicts them."""
_KEY = """\
**The key.** The program reads the user's private Vapi key from `VAPI_API_KEY`, or from the file that
`VAPI_API_KEY_FILE` names. There is no option for it: never write it into a command, an argument or a file,
and never print it. An error of the kind `no_key` means that the user has to set it."""
_REGION = "For an organisation in\nthe EU add `--region eu`."
_ADDRESSES = ("--region", "--base-url", "--sandbox", "--sandbox-db")
_SANDBOX = """\
**Without an account.** `--sandbox` answers from a built-in emulator that forgets everything when the command
ends; `--sandbox-db FILE` keeps its sessions in a file. Try there first what you have not done before."""


def _tools(contract: Contract, invocation: Invocation) -> str:
    rows = [_row(operation) for operation in contract.operations]
    parts = ["\n".join([_TABLE, *rows]), _READ]
    if invocation.folder is not None:
        parts.append(f"Links are relative to this file's folder, {code(str(invocation.folder))}.")
    if takes_types(contract):
        parts.append(
            f"All types are in [{TYPES}]({TYPES}), which is long: look one up with\n{look_up(invocation)}."
        )
    return "\n\n".join(parts)


_TABLE = """\
## The tools

| Tool | What it does | Arguments |
|---|---|---|"""
_READ = """\
Required arguments are bold. Before the first call of a tool, read its file, to which the table links: it has
every argument with its type and limits, and what is often mistaken for one."""


def _row(operation: Operation) -> str:
    names = [f"**`{each.name}`**" if each.required else f"`{each.name}`" for each in operation.arguments]
    if operation.queryable:
        names.append("`query`")
    link = f"[`{operation.tool}`]({tool_reference(operation)})"
    return f"| {link} | {operation.description} | {', '.join(names)} |"


def _examples(contract: Contract, invocation: Invocation) -> list[str]:
    """Return the sections of commands that these tools can carry out."""
    usual, trials, refused = (_offered(contract, each) for each in (USUAL, TRIALS, REFUSED))
    shown = [*usual, *trials[:1]]
    parts = ["## Examples", _EXAMPLES, *(command.block(invocation) for command in shown)]
    if refused:
        parts += ["## Calls that are refused", _REFUSED, *(command.block(invocation) for command in refused)]
    return parts


_EXAMPLES = f"`{SESSION}` stands for a session's id, which the results of other commands tell."
_REFUSED = """\
A call is checked before anything is sent. A refused one changes nothing, and its answer tells what is right:
that is a safe way to learn."""


def _offered(contract: Contract, commands: Iterable[Command]) -> list[Command]:
    names = {operation.tool for operation in contract.operations}
    return [command for command in commands if command.tool in names]
