"""The store by itself: times, secrecy, sharing."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import httpx
import pytest

from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator
from vapi_sessions_tools.sessions.emulator.list_query import read_list_query

EVERYTHING = read_list_query([("sortOrder", "ASC"), ("limit", "1000")])


def test_creation_times_grow_even_while_the_clock_stands_still() -> None:
    with SessionStore.open(None, clock=lambda: 1_700_000_000_000) as store:
        times = [store.create("key", {})["createdAt"] for _ in range(3)]
        store.delete("key", str(store.create("key", {})["id"]))
        times.append(store.create("key", {})["createdAt"])
    assert times == [f"2023-11-14T22:13:20.00{n}Z" for n in (0, 1, 2, 4)]


def test_a_file_keeps_sessions_and_organisations(tmp_path: Path) -> None:
    path = str(tmp_path / "sessions.db")
    with SessionStore.open(path) as store:
        session = store.create("key", {"name": "kept"})
    with SessionStore.open(path) as store:
        assert store.get("key", str(session["id"])) == session
        assert store.create("key", {})["orgId"] == session["orgId"]


def test_the_same_key_is_another_organisation_in_another_store() -> None:
    with SessionStore.open(None) as one, SessionStore.open(None) as other:
        assert one.create("key", {})["orgId"] != other.create("key", {})["orgId"]


def test_a_file_never_holds_a_key_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with SessionStore.open(str(path)) as store:
        store.create("a-very-private-key", {"name": "n"})
        written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        modes = {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()}
    assert b"a-very-private-key" not in written
    assert modes == {0}


async def test_two_stores_share_one_file(tmp_path: Path) -> None:
    path = str(tmp_path / "sessions.db")
    with SessionStore.open(path) as here, SessionStore.open(path) as there:
        session = here.create("key", {"name": "shared"})
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(create_emulator(there)),
            base_url="http://emulator",
            headers={"authorization": "Bearer key"},
        ) as api:
            assert (await api.get(f"/session/{session['id']}")).json() == session
            updated = (await api.patch(f"/session/{session['id']}", json={"name": "new"})).json()
        assert here.get("key", str(session["id"])) == updated
        assert str(there.create("key", {})["createdAt"]) > str(updated["updatedAt"])


def test_threads_over_two_stores_lose_nothing_and_share_no_time(tmp_path: Path) -> None:
    path = str(tmp_path / "sessions.db")
    with SessionStore.open(path) as one, SessionStore.open(path) as other, ThreadPoolExecutor(4) as threads:
        stores = [one, other] * 30
        made = list(threads.map(SessionStore.create, stores, ["key"] * 60, [{"name": "n"}] * 60))
        listed = one.list("key", EVERYTHING)
    assert listed.total == 60
    assert {session["createdAt"] for session in listed.results} == {session["createdAt"] for session in made}
    assert len({session["createdAt"] for session in made}) == 60
    assert [s["createdAt"] for s in listed.results] == sorted(str(s["createdAt"]) for s in listed.results)


async def test_concurrent_requests_are_all_answered(api: httpx.AsyncClient) -> None:
    async def live(name: str) -> None:
        session = (await api.post("/session", json={"name": name})).json()
        await api.patch(f"/session/{session['id']}", json={"status": "completed"})

    async with anyio.create_task_group() as tasks:
        for number in range(30):
            tasks.start_soon(live, f"session {number}")
    results = (await api.get("/session")).json()["results"]
    assert {session["name"] for session in results} == {f"session {number}" for number in range(30)}
    assert {session["status"] for session in results} == {"completed"}


def test_a_failed_write_leaves_nothing_behind() -> None:
    with SessionStore.open(None) as store:
        with pytest.raises(TypeError):
            store.create("key", {"name": object()})
        store.create("key", {"name": "next"})
        assert store.list("key", EVERYTHING).total == 1


def test_closing_twice_does_no_harm() -> None:
    store = SessionStore.open(None)
    store.close()
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.get("key", "id")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(sqlite3.DatabaseError):
        SessionStore.open(str(path))


def test_a_file_in_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SessionStore.open(str(tmp_path / "missing" / "sessions.db"))
