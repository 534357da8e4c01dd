"""Sessions kept in SQLite, each within the organisation of the key that made it."""

import json
import sqlite3
import threading
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from vapi_sessions_tools.sessions.emulator.clock import iso_time, now
from vapi_sessions_tools.sessions.emulator.database import connect, read_secret
from vapi_sessions_tools.sessions.emulator.filters import condition, ordering
from vapi_sessions_tools.sessions.emulator.json_values import JsonObject
from vapi_sessions_tools.sessions.emulator.list_query import ListQuery
from vapi_sessions_tools.sessions.emulator.organisation import Organisation, organisation
from vapi_sessions_tools.sessions.emulator.pagination import Page


class SessionStore:
    """The sessions of every organisation, for any number of threads.

    Every call is short enough to make from an event loop. Sessions do not expire here, whether or not the
    live API lets them vanish (unknown upstream).

    Args:
        connection: A database with its tables made; the store closes it.
        clock: The time in milliseconds since 1970.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], int] = now) -> None:
        self._connection = connection
        self._clock = clock
        self._lock = threading.Lock()
        self._secret = read_secret(connection)

    @classmethod
    def open(cls, path: str | None, *, clock: Callable[[], int] = now) -> Self:
        """Open a store.

        Args:
            path: The database file, made when it is missing; None keeps the sessions in memory.
            clock: The time in milliseconds since 1970.

        Returns:
            The store.

        Raises:
            OSError: When the file cannot be made.
            sqlite3.Error: When the file is no database, or cannot be opened.
        """
        return cls(connect(path), clock)

    def close(self) -> None:
        """Close the database; a second time does nothing."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def create(self, api_key: str, fields: JsonObject) -> JsonObject:
        """Keep a new session.

        Args:
            api_key: The key it is made with.
            fields: Its fields, those that every session gets left out.

        Returns:
            The session, with its id, organisation and times.

        Raises:
            sqlite3.Error: When the database fails.
        """
        owner = organisation(self._secret, api_key)
        with self._transaction("IMMEDIATE") as database:
            moment = self._tick(database)
            session: JsonObject = {
                "id": str(uuid.uuid4()),
                "orgId": owner.id,
                "createdAt": iso_time(moment),
                "updatedAt": iso_time(moment),
                **fields,
            }
            row = (session["id"], owner.digest, moment, moment, json.dumps(session))
            database.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", row)
        return session

    def list(self, api_key: str, query: ListQuery) -> Page:
        """Find sessions.

        Args:
            api_key: The key whose sessions they are.
            query: Which of them, in which order, and which page.

        Returns:
            The page.

        Raises:
            sqlite3.Error: When the database fails.
        """
        where = condition(organisation(self._secret, api_key).digest, query)
        count = f"SELECT count(*) FROM sessions WHERE {where.sql}"  # noqa: S608 - built of constants
        select = (
            f"SELECT session FROM sessions WHERE {where.sql}"  # noqa: S608 - built of constants
            f" ORDER BY {ordering(query)} LIMIT ? OFFSET ?"
        )
        with self._transaction("DEFERRED") as database:
            total: int = database.execute(count, where.values).fetchone()[0]
            offset = (query.page - 1) * query.limit
            rows = database.execute(select, (*where.values, query.limit, offset)).fetchall()
        return Page(tuple(json.loads(row[0]) for row in rows), total)

    def get(self, api_key: str, session_id: str) -> JsonObject | None:
        """Return one session, or None when the key's organisation has none of that id.

        Raises:
            sqlite3.Error: When the database fails.
        """
        owner = organisation(self._secret, api_key)
        with self._transaction("DEFERRED") as database:
            return _find(database, owner, session_id)

    def update(self, api_key: str, session_id: str, changes: JsonObject) -> JsonObject | None:
        """Replace some fields of a session, each as a whole.

        Args:
            api_key: The key whose session it is.
            session_id: The session's id.
            changes: The new values by field.

        Returns:
            The session as it now is, or None when the organisation has none of that id.

        Raises:
            sqlite3.Error: When the database fails.
        """
        owner = organisation(self._secret, api_key)
        with self._transaction("IMMEDIATE") as database:
            found = _find(database, owner, session_id)
            if found is None:
                return None
            moment = self._tick(database)
            session = {**found, **changes, "updatedAt": iso_time(moment)}
            database.execute(
                "UPDATE sessions SET updated_at = ?, session = ? WHERE id = ?",
                (moment, json.dumps(session), session["id"]),
            )
        return session

    def delete(self, api_key: str, session_id: str) -> JsonObject | None:
        """Forget a session.

        Args:
            api_key: The key whose session it is.
            session_id: The session's id.

        Returns:
            The session as it last was, or None when the organisation has none of that id.

        Raises:
            sqlite3.Error: When the database fails.
        """
        owner = organisation(self._secret, api_key)
        with self._transaction("IMMEDIATE") as database:
            found = _find(database, owner, session_id)
            if found is not None:
                database.execute("DELETE FROM sessions WHERE id = ?", (found["id"],))
        return found

    @contextmanager
    def _transaction(self, kind: str) -> Generator[sqlite3.Connection, None, None]:
        with self._lock, self._connection as database:
            database.execute(f"BEGIN {kind}")
            yield database

    def _tick(self, database: sqlite3.Connection) -> int:
        """Return the time, or the millisecond after the latest given out, so that it always grows."""
        latest: int = database.execute("SELECT latest FROM state").fetchone()[0]
        moment = max(self._clock(), latest + 1)
        database.execute("UPDATE state SET latest = ?", (moment,))
        return moment


def _find(database: sqlite3.Connection, owner: Organisation, session_id: str) -> JsonObject | None:
    statement = "SELECT session FROM sessions WHERE id = ? AND organisation = ?"
    row = database.execute(statement, (session_id.lower(), owner.digest)).fetchone()
    return None if row is None else json.loads(row[0])
