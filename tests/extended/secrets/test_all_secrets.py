"""The tests of secrets with many more combinations."""

import pytest

pytest.register_assert_rewrite("security.test_secrets")

from security.test_secrets import *  # noqa: E402, F403  the same tests, with `trials` of their own


@pytest.fixture(scope="module")
def trials() -> int:
    return 1_500
