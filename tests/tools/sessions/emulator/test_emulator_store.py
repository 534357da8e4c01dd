"""The store of the emulator: times, secrecy, files, and writers at the same time."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.sessions.emulator import SessionStore
from vapi_sessions_tools.sessions.emulator.database import connect, read_secret
from vapi_sessions_tools.sessions.emulator.list_query import read_list_query

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

EVERYTHING = read_list_query([("sortOrder", "ASC"), ("limit", "1000")])


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "sessions.db")


def test_creation_times_grow_even_if_the_clock_does_not() -> None:
    with SessionStore.open(None, clock=lambda: 1_700_000_000_000) as store:
        times = [store.create("key", {})["createdAt"] for _ in range(3)]
        store.delete("key", str(store.create("key", {})["id"]))
        times.append(store.create("key", {})["createdAt"])
    assert times == [f"2023-11-14T22:13:20.00{n}Z" for n in (0, 1, 2, 4)]


def test_a_file_keeps_sessions_and_organisations(path: str) -> None:
    with SessionStore.open(path) as store:
        session = store.create("key", {"name": "kept"})
    with SessionStore.open(path) as store, SessionStore.open(None) as other:
        assert store.get("key", str(session["id"])) == session
        assert store.create("key", {})["orgId"] == session["orgId"] != other.create("key", {})["orgId"]


def test_a_file_does_not_hold_the_key_and_only_its_owner_can_read_it(path: str, tmp_path: Path) -> None:
    with SessionStore.open(path) as store:
        store.create("a-very-private-key", {"name": "n"})
        assert b"a-very-private-key" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
        if os.name == "posix":
            assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_threads_over_two_stores_of_a_file_lose_nothing_and_share_no_time(path: str) -> None:
    with SessionStore.open(path) as one, SessionStore.open(path) as other, ThreadPoolExecutor(4) as threads:
        stores = [one, other] * 30
        created = list(threads.map(SessionStore.create, stores, ["key"] * 60, [{"name": "n"}] * 60))
        listed = one.list("key", EVERYTHING)
        updated = other.update("key", str(created[0]["id"]), {"name": "new"})
        assert one.get("key", str(created[0]["id"])) == updated
    assert listed.total == 60
    times = [str(session["createdAt"]) for session in listed.results]
    assert times == sorted({str(session["createdAt"]) for session in created})


def test_a_failed_write_leaves_nothing_behind() -> None:
    with SessionStore.open(None) as store:
        with pytest.raises(TypeError):
            store.create("key", {"name": object()})
        store.create("key", {"name": "next"})
        assert store.list("key", EVERYTHING).total == 1


def test_a_store_can_be_closed_twice() -> None:
    store = SessionStore.open(None)
    store.close()
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.get("key", "id")


class TestLockedFile:
    @pytest.fixture
    def holder(self, path: str) -> Generator[sqlite3.Connection]:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        yield connection
        connection.close()

    def test_opening_waits_until_the_file_is_released(self, path: str, holder: sqlite3.Connection) -> None:
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
    def test_opening_fails_after_ten_seconds(self, path: str) -> None:
        pauses: list[float] = []
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            connect(path, pauses.append)
        assert 9 < sum(pauses) < 11
