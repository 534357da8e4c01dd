"""How much of a secret is shown: its end at most."""

from __future__ import annotations

import pytest

from vapi_sessions_mcp.doctor.masking import masked, secrets_of, without_user


def test_of_a_key_the_last_four_characters_show() -> None:
    assert masked("0197f3c2-1111-4222-8333-444455556abc") == "ends in 6abc"


@pytest.mark.parametrize("key", ["a", "secret", "fifteen-letters"])
def test_of_a_short_one_nothing_shows(key: str) -> None:
    assert not any(part in masked(key) for part in (key, key[-4:]) if len(part) > 3)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:word@proxy:1/", "http://***@proxy:1/"),
        ("http://us@er:wo@rd@proxy:1/", "http://***@proxy:1/"),
        ("http://proxy:1/a@b", "http://proxy:1/a@b"),
        ("base URL 'ftp://u:p@h' is bad", "base URL 'ftp://***@h' is bad"),
    ],
)
def test_a_url_is_shown_without_its_user(url: str, shown: str) -> None:
    assert without_user(url) == shown


def test_secrets_are_known_by_the_names_of_their_variables() -> None:
    variables = {
        "VAPI_API_KEY": "Bearer the-key-itself",
        "GITHUB_TOKEN": "token-of-github",
        "X_AUTH": "auth-of-somebody",
        "DB_PWD": "pwd-of-somebody",
        "VAPI_API_KEY_FILE": "/etc/key",
        "HTTPS_PROXY": "http://ada:enchanting@proxy:1",
        "http_proxy": "bob:analytical@proxy:1",
        "VAPI_TOKEN": "${VAPI_TOKEN}",
        "HOME": "/home/ada",
    }
    found = set(secrets_of(variables))
    assert {"the-key-itself", "token-of-github", "enchanting", "analytical"} <= found
    assert {"auth-of-somebody", "pwd-of-somebody"} <= found
    assert not {"/etc/key", "${VAPI_TOKEN}", "/home/ada"} & found


def test_an_address_that_makes_no_sense_is_secret_as_a_whole() -> None:
    assert list(secrets_of({"HTTPS_PROXY": "http://[::bad"})) == ["http://[::bad"]
