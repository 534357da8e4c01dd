"""Quoted words of third parties act neither as Markdown nor as HTML, and stay on one line."""

from __future__ import annotations

import re
from typing import Any

import pytest

from vapi_sessions_tools.sessions.quotation import Quotation


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"], ids=ascii
)
def test_the_end_of_a_line_is_shown_by_a_mark(end: str) -> None:
    assert Quotation().words(f"one{end}two") == "one ⏎ two"


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
        ("&lt;b&gt; &#42;", r"\&lt;b\&gt; \&\#42;"),
        ("`code` ~~gone~~ $x$ a|b", r"\`code\` \~\~gone\~\~ \$x\$ a\|b"),
        (r"\*", r"\\\*"),
        ("order_id AT&T a+b (c) 50%", "order_id AT&T a+b (c) 50%"),
        ({"a": [1, None]}, r'{"a":\[1,null\]}'),
        ("x" * 102, "x" * 100 + r"…\[+2 characters\]"),
    ],
)
def test_active_characters_are_escaped_and_long_texts_cut(theirs: Any, shown: str) -> None:
    assert Quotation().words(theirs, 100) == shown


def test_invisible_characters_are_removed_and_counted() -> None:
    quotation = Quotation()
    assert quotation.words("\u200b" * 50 + "seen", 10) == "seen"
    assert quotation.words("می\u200cروم", 10) == "میروم"
    assert quotation.invisible == 51


def test_the_fences_have_a_new_code_each_time() -> None:
    quotation = Quotation()
    quotation.add("x")
    fence = re.compile(r"^=== untrusted material (\w+) (?:begins|ends) ===$", re.MULTILINE)
    first, second = (fence.findall(quotation.fenced()) for _ in range(2))
    assert first[0] == first[1] != second[0]
