"""What to say when the service does not give what it was asked for."""

from __future__ import annotations

import json
import math
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from analytics.errors import InputError

UNCHANGED = "Nothing that is held was changed."
BY_HAND = "Or download the file in a browser and run `analytics fetch --file PATH`."
# What passes by itself, if it passes.
PASSING = {429, 500, 502, 503, 504}
_MEANINGS = {
    400: ("it does not understand the request", "The service may have changed: see whether there is a newer "
          "version of this program."),
    401: ("it asks for a key", "It should need none: see that the address is the service's."),
    403: ("it refuses the request", "A firewall may stand in between: ask the network team to allow the "
          "address."),
    404: ("it has no such thing", "See that the address is the service's, and whether there is a newer "
          "version of this program."),
    429: ("it has been asked too often", ""),
    500: ("it has failed", ""),
    504: ("it took too long", ""),
}  # fmt: skip


class NotNow(InputError):  # noqa: N818 - it is more of a state than of an error
    """The service cannot answer now; `after` is how long it asks to wait, in seconds, if it does."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Unreachable(NotNow):
    """Nothing answers at the service's address, or not to the end."""


class NoConnection(Unreachable):
    """There is no way to the service's address, as where there is no network."""


def refused(response: httpx.Response, body: bytes, longest: float) -> InputError:
    """Word the error of a status that is none of success; `longest` is how long one may be told to wait."""
    status, where = response.status_code, response.url
    what, advice = _MEANINGS.get(status, ("it has failed" if status >= 500 else "it refuses the request", ""))
    message = f"{where}: answered {status}: {what}{_reason(body)}. {UNCHANGED}"
    if status not in PASSING:
        return InputError(" ".join(filter(None, [message, advice, BY_HAND])))
    after = seconds_to_wait(response.headers.get("Retry-After", ""))
    if after is None or after <= longest:
        return NotNow(f"{message} Try again later. {BY_HAND}", after)
    return NotNow(f"{message} It asks to be left alone {_until(after)}: run the command again then.", after)


def seconds_to_wait(text: str, now: datetime | None = None) -> float | None:
    """Read a Retry-After: seconds, or a date of HTTP; None if it is neither.

    >>> seconds_to_wait("120")
    120.0
    >>> seconds_to_wait("Wed, 21 Oct 2026 07:28:00 GMT", datetime(2026, 10, 21, 7, 27, tzinfo=UTC))
    60.0
    """
    if text.strip().isdecimal():
        return float(text)
    with suppress(ValueError):
        date = parsedate_to_datetime(text)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
    return None


def unanswered(address: str, error: httpx.RequestError) -> InputError:
    """Word the error of an answer that did not come, or not whole."""
    reason = _root(error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        host = httpx.URL(address).host
        return InputError(
            f"{host}: its certificate does not verify ({reason.verify_message}). Nothing was downloaded. "
            "On a council's network a proxy may put a certificate of its own in the service's place: ask the "
            "network team for the authority's root certificates as a .pem file, and name that file in the "
            f"environment variable SSL_CERT_FILE. If there is no such proxy, what answers is not {host}."
        )
    if isinstance(error, httpx.TimeoutException):
        return Unreachable(f"{address}: no answer in time ({_kind(error)}).")
    if isinstance(error, httpx.DecodingError):
        return InputError(f"{address}: its answer cannot be unpacked ({error}). {BY_HAND}")
    words = " ".join(str(reason).split()) or _kind(error)
    if isinstance(error, httpx.ConnectError | httpx.ProxyError):
        return NoConnection(f"{address}: no connection ({words}).")
    return Unreachable(f"{address}: the connection broke ({words}).")


def too_slow(address: str, seconds: float) -> NotNow:
    """Word the error of an answer that was not whole in the time that it may take."""
    return NotNow(
        f"{address}: its answer was not whole after {seconds:g} seconds. Try again when the network is "
        f"quicker. {BY_HAND}"
    )


def elsewhere(address: str, there: httpx.URL) -> InputError:
    """Word the error of an answer that sends the asker to another host."""
    here = httpx.URL(address)
    return InputError(
        f"{address}: sends on from {_origin(here)} to {_origin(there)}, another place than the service. "
        "It was not followed: a network's sign-in page does this. Open the address in a browser and sign in; "
        f"or, if the service has moved, name its new address in ANALYTICS_SERVICE. {BY_HAND}"
    )


def not_data(address: str, data: bytes, wanted: str) -> InputError:
    """Word the error of an answer of success that is no data."""
    return InputError(
        f"{address}: found {describe_data(data)}; expected {wanted}. {UNCHANGED} "
        f"A network's sign-in page does this: open the address in a browser. {BY_HAND}"
    )


def describe_data(data: bytes) -> str:
    """Say what some bytes look like.

    >>> describe_data(b"<!DOCTYPE html>"), describe_data(b'{"title": "x"}'), describe_data(b"")
    ('a web page', 'JSON', 'nothing')
    """
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not data:
        return "nothing"
    if start == b"<":
        return "a web page"
    if start in (b"{", b"["):
        return "JSON"
    text = data[:40].decode("utf-8", errors="replace").splitlines()[0]
    return f"{text!r}"


def _reason(body: bytes) -> str:
    """Give the service's own words for an error, if it has any."""
    with suppress(ValueError, AttributeError, TypeError, KeyError, IndexError):
        answer = json.loads(body)
        errors = answer.get("errors") or [{"message": answer["title"]}]
        return f" ({' '.join(str(errors[0]['message']).split())[:200]})"
    return ""


def _until(seconds: float) -> str:
    then = datetime.now().astimezone() + timedelta(seconds=seconds)
    return f"for {math.ceil(seconds / 60)} minutes, until {then:%H:%M} on {then.day} {then:%B %Y}"


def _root(error: BaseException) -> BaseException:
    """Find what the first in a chain of errors was."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return error


def _kind(error: httpx.RequestError) -> str:
    kinds = {"ConnectTimeout": "while connecting", "ReadTimeout": "while reading"}
    return kinds.get(type(error).__name__, type(error).__name__)


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
