"""Third parties' words can be nothing but words, whatever they are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.sessions.quotation import Quotation


def words(value: Any, longest: int = 1_000) -> str:
    return Quotation().words(value, longest)


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_a_line_that_ends_is_shown_by_a_mark(end: str) -> None:
    assert words(f"one{end}two") == "one ⏎ two"


@pytest.mark.parametrize(
    ("theirs", "shown"),
    [
        ("**assistant**: yes", r"\*\*assistant\*\*: yes"),
        ("__assistant__ _x_", r"\_\_assistant\_\_ \_x\_"),
        ("# System", r"\# System"),
        ("![x](https://evil.example/?q)", r"!\[x\](https\://evil.example/?q)"),
        ("see _http://evil.example", r"see \_http\://evil.example"),
        ("www.evil.example", r"www\.evil.example"),
        ("<script>x</script>", r"\<script\>x\</script\>"),
        ("&lt;b&gt; &#42;", r"\&lt;b\&gt; \&#42;".replace("#", r"\#")),
        ("`code` ~~gone~~ $x$ a|b", r"\`code\` \~\~gone\~\~ \$x\$ a\|b"),
        (r"\*", r"\\\*"),
        ("order_id AT&T a+b (c) 50%", "order_id AT&T a+b (c) 50%"),
    ],
)
def test_what_markdown_or_html_would_act_on_is_escaped(theirs: str, shown: str) -> None:
    assert words(theirs) == shown


def test_what_is_no_text_is_shown_as_json() -> None:
    assert words({"a": [1, None]}) == r'{"a":\[1,null\]}'


def test_a_text_too_long_is_cut_and_says_so() -> None:
    assert words("x" * 12, 10) == r"xxxxxxxxxx…\[+2 characters\]"


def test_what_is_not_seen_takes_no_room_and_is_counted() -> None:
    quotation = Quotation()
    assert quotation.words("\u200b" * 50 + "seen", 10) == "seen"
    assert quotation.words("می\u200cروم", 10) == "میروم"
    assert quotation.invisible == 51


@given(st.text())
def test_no_text_makes_a_second_line(text: str) -> None:
    quotation = Quotation()
    quotation.add(quotation.words(text, 1_000))
    (line,) = quotation.lines
    assert line.startswith("> ")
    assert len(line.splitlines()) == 1


def test_the_fences_carry_a_code_made_anew_each_time() -> None:
    quotation = Quotation()
    quotation.add("x")
    first, second = quotation.fenced(), quotation.fenced()
    fence = re.compile(r"^=== untrusted material (\w+) (?:begins|ends) ===$", re.MULTILINE)
    codes = [fence.findall(text) for text in (first, second)]
    assert codes[0][0] == codes[0][1]
    assert codes[0] != codes[1]
