"""The SQLite database behind a store: how it is opened, and what its tables hold."""

import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

_BUSY_MILLISECONDS = 10_000
_WAL_ATTEMPTS = 200
_WAL_PAUSE = 0.05

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS sessions (
        id TEXT PRIMARY KEY,
        organisation TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        session TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS sessions_by_creation ON sessions (organisation, created_at)",
    # One row: the secret under which keys are hashed, and the latest time given out.
    """
    CREATE TABLE IF NOT EXISTS state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        secret BLOB NOT NULL,
        latest INTEGER NOT NULL
    )
    """,
)


def connect(path: str | None, pause: Callable[[float], None] = time.sleep) -> sqlite3.Connection:
    """Open a database and make its tables.

    A file is made readable by its owner alone, since sessions hold personal data, and may be shared by
        several processes: readers never wait, a writer waits for another one at most ten seconds.

    Args:
        path: The database file, or None for a database in memory.
        pause: How to wait, in seconds, while another process makes the same file.

    Returns:
        A connection for use by any thread, one at a time.

    Raises:
        OSError: When the file cannot be made.
        sqlite3.Error: When the file is no database, or cannot be opened.
    """
    if path is not None:
        Path(path).touch(mode=0o600)
    connection = sqlite3.connect(path or ":memory:", timeout=0, isolation_level=None, check_same_thread=False)
    try:
        _log_ahead(connection, pause)
        _make_tables(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _log_ahead(connection: sqlite3.Connection, pause: Callable[[float], None]) -> None:
    """Switch to write-ahead logging, with patience: SQLite's own does not cover this switch."""
    attempts = 1
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            break
        except sqlite3.OperationalError:
            if attempts == _WAL_ATTEMPTS:
                raise
        attempts += 1
        pause(_WAL_PAUSE)
    connection.execute("PRAGMA synchronous = NORMAL").close()
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}").close()


def _make_tables(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute("INSERT OR IGNORE INTO state VALUES (1, ?, 0)", (secrets.token_bytes(32),))


def read_secret(connection: sqlite3.Connection) -> bytes:
    """Return the secret that a database hashes keys with.

    Args:
        connection: An open database.

    Returns:
        The secret's bytes.

    Raises:
        sqlite3.Error: When the database cannot be read.
    """
    with closing(connection.execute("SELECT secret FROM state")) as rows:
        secret: bytes = rows.fetchone()[0]
    return secret
