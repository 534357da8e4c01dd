"""Texts that pass for secrets, and their traces: how a part of one is found again in whatever was told.

A secret has two halves of letters that occur in no word, id or code; around and between them stands what
real secrets have and what is hard to take out of a text. Wherever a text was cut, quoted, escaped or turned
round, a run of one half's letters betrays it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LETTERS = str.maketrans("0123456789abcdef", "ghjkmnpqrstvwxyz")
_HALF = 14
_RUN = 8
"""Letters of a half that are no chance."""

PLAIN_FORMS = ("{a}{b}", "sk-{a}-{b}", "{a}.{b}", "eyJ{a}.eyJ{b}.x", "{a}_{b}")
MARKED_FORMS = (
    "{a}+{b}/=",
    "{a}.*+?({b}[$",
    '"{a}"{b}',
    "'{a}\\{b}",
    "{a}&{b}<{a}>",
    "{a}%20{b}",
    "${{{a}}}{b}",
)
WORDY_FORMS = ("Bearer {a}{b}", "{a}  {b}", "é{a}密{b}", "{a}\n{b}", "<b>{a}</b>{b}", "{a}\u200b{b}😀")


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret.

    Args:
        halves: The letters that betray it.
        text: The whole of it.
    """

    halves: tuple[str, str]
    text: str


def secret(name: str, form: str = "{a}{b}") -> Secret:
    """Return the secret of a name; each name has its own."""
    letters = hashlib.blake2b(name.encode(), digest_size=_HALF).hexdigest().translate(_LETTERS)
    a, b = letters[:_HALF], letters[_HALF:]
    return Secret((a, b), form.format(a=a, b=b))


def drawn_secrets(
    forms: Sequence[str] = (*PLAIN_FORMS, *MARKED_FORMS, *WORDY_FORMS),
) -> st.SearchStrategy[Secret]:
    """Draw secrets; two of one name are the same."""
    names = st.integers(0, 2**40).map(str)
    return st.builds(secret, names, st.sampled_from(forms))


def traces(secrets: Iterable[Secret], told: str) -> list[str]:
    """Return the runs of letters of secrets that stand in a text, in either direction."""
    plain = told.casefold()
    texts = (plain, plain[::-1])
    return [
        run
        for known in secrets
        for half in known.halves
        for run in _runs(half)
        if any(run in t for t in texts)
    ]


def _runs(half: str) -> list[str]:
    return [half[start : start + _RUN] for start in range(len(half) - _RUN + 1)]
