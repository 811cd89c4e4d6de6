"""One connection to the service: within its time limits, patient, and never sent to another host."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import stamina

import analytics
from analytics.errors import InputError
from analytics.fetch import faults
from analytics.fetch.answers import Answers
from analytics.fetch.service import Service

Say = Callable[[str], None]
Got = TypeVar("Got")

JSON_LIMIT = 20_000_000  # bytes
ERROR_LIMIT = 100_000
REDIRECTS = 5
# Not followed by stamina's own lines on standard error: what is said of a new attempt is said here.
logging.getLogger("stamina").addHandler(logging.NullHandler())


class Client:
    """Asks the service; `say` is told what a person may wonder about meanwhile.

    Raises:
        InputError: SSL_CERT_FILE or a proxy that the environment names cannot be used.
    """

    def __init__(self, service: Service, say: Say) -> None:
        self.service = service
        self._say = say
        self._number = 0
        self._away: faults.NotNow | None = None
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        timeout = httpx.Timeout(service.read, connect=service.connect)
        agent = {"User-Agent": f"childrens-services-analytics/{analytics.__version__}"}
        try:
            self._http = httpx.Client(limits=limits, timeout=timeout, headers=agent)
        except (OSError, ValueError) as error:
            raise InputError(
                "SSL_CERT_FILE, SSL_CERT_DIR or a proxy: what the environment names cannot be used "
                f"({error}). Correct it, or unset it."
            ) from error
        self._answers = Answers(service.fresh)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
        self._answers.close()

    def get_json(self, path: str, **asked: str | int) -> dict[str, Any]:
        """Ask for a JSON object; one that was given within the hour, or if nothing else comes, the last.

        Raises:
            NotNow: the service cannot answer, and has never answered this.
            InputError: what it answers is no such thing.
        """
        address = str(httpx.URL(self.service.url(path), params=asked))
        known = self._answers.fresh(address)
        if known:
            return _object(address, known.data)
        try:
            data = self.patiently(lambda: self._read(address))
        except faults.NotNow as error:
            last = self._answers.last(address)
            if last is None:
                raise
            if self._away is None:
                self._say(f"{error} What it said on {last.day} is used in its place.")
            self._away = error
            return _object(address, last.data)
        answer = _object(address, data)
        self._answers.keep(address, data)
        return answer

    def patiently(self, attempt: Callable[[], Got]) -> Got:
        """Do something again while the service cannot answer, as often and as long as `service.yml` says.

        Once it was away to the last attempt it is not asked anew.
        """
        if self._away:
            raise self._away
        service = self.service
        tries = stamina.retry_context(
            on=self._again,
            attempts=service.attempts,
            timeout=None,
            wait_initial=service.wait_first,
            wait_max=service.wait_most,
            wait_jitter=service.wait_first,
        )
        for again in tries:
            self._number = again.num
            with again:
                return attempt()
        raise AssertionError("the last attempt returns or raises")

    @contextmanager
    def open(self, address: str, headers: dict[str, str], allowed: int = 200) -> Iterator[httpx.Response]:
        """Yield an answer of success, or of the status `allowed`, to be read within the time limits.

        Raises:
            NotNow: the service cannot answer now, or breaks off.
            InputError: it refuses, sends on to another host, or its certificate does not verify.
        """
        url = httpx.URL(address)
        try:
            for _ in range(REDIRECTS + 1):
                with self._http.stream("GET", url, headers=headers) as response:
                    if response.has_redirect_location:
                        url = _onward(address, url, response)
                        continue
                    if not response.is_success and response.status_code != allowed:
                        raise self._refused(address, response)
                    yield response
                    return
        except httpx.RequestError as error:
            raise faults.unanswered(address, error) from error
        except httpx.InvalidURL as error:
            raise InputError(f"{address}: this is no web address ({error}). Correct it.") from error
        raise InputError(f"{address}: sends on more than {REDIRECTS} times. {faults.BY_HAND}")

    def limited(self, address: str, pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
        """Pass on the pieces of an answer, while they are in time and not more than `most` bytes.

        Raises:
            InputError: there are more; NotNow: it takes too long.
        """
        end, size = time.monotonic() + self.service.whole, 0
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise InputError(
                    f"{address}: found more than {most / 1e6:,.1f} MB; expected less. "
                    f"{faults.UNCHANGED} {faults.BY_HAND}"
                )
            yield piece
            if time.monotonic() > end:
                raise faults.too_slow(address, self.service.whole)

    def _read(self, address: str) -> bytes:
        with self.open(address, {"Accept": "application/json"}) as response:
            return b"".join(self.limited(address, response.iter_bytes(), JSON_LIMIT))

    def _refused(self, address: str, response: httpx.Response) -> InputError:
        body = b"".join(self.limited(address, response.iter_bytes(), ERROR_LIMIT))
        return faults.refused(response, body, self.service.retry_after)

    def _again(self, error: Exception) -> bool | float:
        """Say whether to ask again, and after how many seconds where the service asks for so many."""
        if not isinstance(error, faults.NotNow):
            return False
        if error.after is None:
            # Where there is no network, four attempts would tell no more than two.
            return not isinstance(error, faults.NoConnection) or self._number == 1
        if error.after > self.service.retry_after:
            return False
        if self._number < self.service.attempts:
            self._say(f"{self.service.address} asks to wait {error.after:g} seconds: waiting.")
        return error.after


def _onward(address: str, url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Follow a redirect as far as it stays with the service."""
    there = url.join(response.headers["Location"])
    same = (there.host, there.port, there.scheme) == (url.host, url.port, url.scheme)
    if not same and (there.host, there.scheme, url.scheme) != (url.host, "https", "http"):
        raise faults.elsewhere(address, there)
    return there


def _object(address: str, data: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(data)
    except ValueError as error:
        raise faults.not_data(address, data, "whole JSON") from error
    if not isinstance(answer, dict):
        raise faults.not_data(address, data, "a JSON object")
    return answer
