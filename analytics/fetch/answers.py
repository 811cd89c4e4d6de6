"""What the service has said of its data sets, kept on disk: used for an hour, later where it is away."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hishel import Headers, Request, Response, SqliteStorage
from platformdirs import user_cache_path

from analytics.kept import FOLDER

NAME = "service_answers.sqlite"
MOST = 20_000_000  # bytes; what was longest unused goes first

_log = logging.getLogger(__name__)
# It would show a traceback where it cannot write. What matters of that is said here, once.
logging.getLogger("hishel").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Answer:
    """An answer as it came, and the day on which it did."""

    data: bytes
    day: str


class Answers:
    """Answers by address, each kept twice: as one that may be used unasked, for a while, and as the last."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._keeps = seconds, True
        self._storage = SqliteStorage(connection=_connection(), max_size=MOST)

    def keep(self, address: str, data: bytes) -> None:
        """Keep an answer in place of an earlier one."""
        for key, seconds in ((f"fresh {address}", self._seconds), (f"last {address}", None)):
            old = self._storage.get_entries(key)
            response = Response(200, Headers({"date": date.today().isoformat()}), iter([data]))
            entry = self._storage.create_entry(Request("GET", address), response, key, ttl=seconds)
            _read(entry.response)  # as it is read, it is stored
            for one in old:
                self._storage.remove_entry(one.id)
        if self._keeps and self.last(address) is None:
            _log.warning("The service's answers cannot be kept: there may be no room for them.")
            self._keeps = False

    def fresh(self, address: str) -> Answer | None:
        """Give an answer that is young enough to be used unasked."""
        return self._find(f"fresh {address}")

    def last(self, address: str) -> Answer | None:
        """Give the last answer, however old."""
        return self._find(f"last {address}")

    def _find(self, key: str) -> Answer | None:
        for entry in self._storage.get_entries(key):
            return Answer(_read(entry.response), entry.response.headers["date"])
        return None

    def close(self) -> None:
        """Let go of the file."""
        self._storage.close()


def _read(response: Response) -> bytes:
    assert isinstance(response.stream, Iterator)
    return b"".join(response.stream)


def _connection() -> sqlite3.Connection:
    """Open the file of answers, or hold them in memory where it cannot be used."""
    folder = Path(os.environ.get(FOLDER) or user_cache_path("childrens-services-analytics")).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = _open(str(folder / NAME))
        connection.execute("PRAGMA user_version = 1")  # fails if it is no such file, or may only be read
    except (OSError, sqlite3.Error) as error:
        _log.warning("%s: the service's answers cannot be kept here (%s).", folder / NAME, error)
        return _open(":memory:")
    return connection


def _open(place: str) -> sqlite3.Connection:
    return sqlite3.connect(place, check_same_thread=False, isolation_level=None)
