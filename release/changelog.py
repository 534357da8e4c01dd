"""The changelog: what a version's section says, and whether it is ready for a release."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^## \[([^\]]+)\](?: - (\d{4}-\d{2}-\d{2}))?[ \t]*$", re.MULTILINE)


def sections(text: str) -> dict[str, str]:
    """Return what stands below each heading of a version, newest first."""
    headings = list(_HEADING.finditer(text))
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    return {
        heading[1]: text[heading.end() : end].strip() for heading, end in zip(headings, ends, strict=True)
    }


def obstacles(text: str, version: str) -> list[str]:
    """Return what keeps a version from being released, each with the way out.

    Args:
        text: The changelog's.
        version: The one to be released.
    """
    found = sections(text)
    wrong: list[str] = []
    if found.get("Unreleased"):
        wrong.append(
            "the changelog still has entries under [Unreleased]: give them a version of their own, "
            "state it in tools/vapi_sessions_tools/version.py, and run `make snapshots`"
        )
    if not found.get(version):
        wrong.append(f"the changelog says nothing of {version}: write a section `## [{version}] - DATE`")
    elif not re.search(rf"^## \[{re.escape(version)}\] - \d", text, re.MULTILINE):
        wrong.append(f"the changelog does not say when {version} was released: add ` - DATE` to its heading")
    return wrong
