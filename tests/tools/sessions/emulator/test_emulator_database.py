"""Opening a database that another process is making at the same moment."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from vapi_sessions_tools.sessions.emulator.database import connect, read_secret


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "sessions.db")


@pytest.fixture
def holder(path: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    yield connection
    connection.close()


def test_opening_waits_for_the_one_who_holds_the_file(path: str, holder: sqlite3.Connection) -> None:
    pauses: list[float] = []

    def release(seconds: float) -> None:
        pauses.append(seconds)
        holder.rollback()

    connection = connect(path, release)
    assert len(pauses) == 1
    assert len(read_secret(connection)) == 32
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.usefixtures("holder")
def test_opening_gives_up_in_the_end(path: str) -> None:
    pauses: list[float] = []
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        connect(path, pauses.append)
    assert 5 < sum(pauses) < 15
