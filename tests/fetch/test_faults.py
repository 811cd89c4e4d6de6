"""Whatever the service does: one message that helps, and what is held stays as it was."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from analytics.errors import InputError
from analytics.fetch import read_service
from fetch.conftest import B1, C1, CSWW, CSWW_2023, CSWW_2024, D3, POPULATION, STABILITY, Bench, offered
from fetch.server import Fault, Handler, packed, serving

KINDS = ("publications", "data-sets", "versions", "meta", "csv")
BY_HAND = "run `analytics fetch --file PATH`"


def fails(status: int, **headers: str) -> Fault:
    return lambda handler: handler.fail(status, **headers)


def html(handler: Handler) -> None:
    handler.send_bytes(b"<!DOCTYPE html><title>Sign in</title>\n", "text/html")


def breaks_off(handler: Handler) -> None:
    handler.send_csv(handler.asked_for(), until=40_000)


def sends(path: Path) -> Fault:
    return lambda handler: handler.send_csv(path.read_bytes())


def sends_json(answer: object) -> Fault:
    return lambda handler: handler.send_json(answer)


@pytest.fixture
def holding(bench: Bench) -> Bench:
    """Give a folder that holds the release before, and a service whose newest is to come."""
    bench.adopt(CSWW_2024)
    return bench


STATUSES = {
    400: (1, "answered 400: it does not understand the request (so it is)"),
    401: (1, "answered 401: it asks for a key (so it is)"),
    403: (1, "answered 403: it refuses the request (so it is)"),
    404: (1, "answered 404: it has no such thing (so it is)"),
    418: (1, "answered 418: it refuses the request (so it is)"),
    429: (3, "answered 429: it has been asked too often (so it is)"),
    500: (3, "answered 500: it has failed (so it is)"),
    503: (3, "answered 503: it has failed (so it is)"),
    504: (3, "answered 504: it took too long (so it is)"),
}


@pytest.mark.parametrize(
    ("kind", "status"),
    [*(("csv", status) for status in STATUSES), *((kind, one) for kind in KINDS[:-1] for one in (400, 504))],
)
def test_a_status_of_failure(holding: Bench, kind: str, status: int) -> None:
    times, words = STATUSES[status]
    holding.break_(kind, fails(status), forever=True)
    message = holding.refusal("csww")
    assert message.startswith(f"{holding.statistics.address}/v1/")
    assert words in message
    assert "Nothing that is held was changed." in message
    assert BY_HAND in message
    assert holding.statistics.kinds().count(kind) == times
    assert list(holding.raw.rglob("*.part")) == []


@pytest.mark.parametrize(("kind", "status"), list(zip(KINDS, (429, 500, 502, 503, 504), strict=True)))
def test_a_failure_that_passes_is_waited_for(holding: Bench, kind: str, status: int) -> None:
    holding.break_(kind, fails(status), fails(status))
    assert holding.fetch("csww")
    assert (holding.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


@pytest.mark.parametrize(
    "after", [lambda: "1", lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=2))]
)
def test_the_wait_that_is_asked_for_is_kept(holding: Bench, after: Callable[[], str]) -> None:
    holding.break_("csv", lambda handler: handler.fail(429, Retry_After=after()))
    start = time.monotonic()
    assert holding.fetch("csww")
    assert 1 <= time.monotonic() - start < 4
    assert any(f"{holding.statistics.address} asks to wait" in line for line in holding.said)
    assert holding.statistics.kinds().count("csv") == 2


def test_a_wait_that_is_too_long_is_not_waited_for(holding: Bench) -> None:
    holding.break_("csv", fails(429, Retry_After="7200"), forever=True)
    message = holding.refusal("csww")
    then = datetime.now() + timedelta(hours=2)
    assert f"It asks to be left alone for 120 minutes, until {then:%H:}" in message
    assert f"{then.day} {then:%B %Y}: run the command again then." in message
    assert holding.statistics.kinds().count("csv") == 1


def test_a_download_that_breaks_off_goes_on_where_it_was(holding: Bench) -> None:
    holding.break_("csv", breaks_off)
    assert holding.fetch("csww")
    first, second = holding.statistics.headers("csv")
    assert "Range" not in first
    assert second["Range"] == "bytes=40000-"
    assert second["If-Range"].startswith('"')
    assert (holding.raw / CSWW.name).read_bytes() == CSWW.read_bytes()
    assert list(holding.raw.rglob("*.part")) == []


def test_a_download_that_breaks_off_for_good_is_gone_on_with_by_the_next_run(holding: Bench) -> None:
    holding.break_("csv", breaks_off, forever=True)
    before = holding.held()
    assert holding.fetch("csww")  # the release before is held, and used
    holding.see_unharmed(before)
    assert holding.said[-1].startswith(f"Offline: {holding.statistics.address}/v1/data-sets/w1/csv")
    assert "the connection broke (peer closed connection" in holding.said[-1]
    assert f"Held in {holding.raw} and used: {CSWW_2024.name} (downloaded on" in holding.said[-1]
    assert (holding.raw / "csww.part").exists()
    holding.break_("csv")
    assert holding.fetch("csww")
    assert [headers["Range"] for headers in holding.statistics.headers("csv")] == ["bytes=40000-"]
    assert (holding.raw / CSWW.name).read_bytes() == CSWW.read_bytes()
    assert list(holding.raw.rglob("*.part")) == []


@pytest.mark.parametrize("change", [{"ranges": False}, {"tag": ""}, {"tag": 'W/"{}"'}, {"packed": False}])
def test_a_download_begins_anew_where_it_cannot_go_on(holding: Bench, change: dict[str, object]) -> None:
    """The server takes no ranges, has no tag or a weak one; or the file has become another."""
    if change != {"packed": False}:
        holding.statistics.__dict__.update(change)
    holding.break_("csv", breaks_off, forever=True)
    holding.fetch("csww")
    holding.break_("csv")
    holding.statistics.__dict__.update(change)
    assert holding.fetch("csww")
    # Without a strong tag there is no telling whether the rest would be of the same bytes: none is asked for.
    assert ["Range" in headers for headers in holding.statistics.headers("csv")] == ["tag" not in change]
    assert (holding.raw / CSWW.name).read_bytes() == CSWW.read_bytes()
    assert list(holding.raw.rglob("*.part")) == []


@pytest.mark.parametrize("left", [b"", b"{}\n", b'{"address": 1}\n', b"nonsense", b"\xff\xfe\n"])
def test_what_is_left_of_another_download_is_not_gone_on_with(holding: Bench, left: bytes) -> None:
    (holding.raw / "csww.part").write_bytes(left + b"more")
    assert holding.fetch("csww")
    assert (holding.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


def test_a_download_that_was_whole_when_the_command_was_stopped(holding: Bench) -> None:
    address = f"{holding.statistics.address}/v1/data-sets/w1/csv?dataSetVersion=2.0"
    holding.statistics.tag = '"the same"'
    first = json.dumps({"address": address, "tag": '"the same"'}).encode()
    (holding.raw / "csww.part").write_bytes(first + b"\n" + packed(CSWW.read_bytes()))
    assert holding.fetch("csww")
    assert ["Range" in headers for headers in holding.statistics.headers("csv")] == [True, False]
    assert (holding.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


def test_a_gzip_that_is_cut_short_without_a_word(holding: Bench) -> None:
    def cut(handler: Handler) -> None:
        handler.send_bytes(packed(handler.asked_for())[:-4000], "text/csv", Content_Encoding="gzip")

    holding.break_("csv", cut, forever=True)
    message = holding.refusal("csww")
    assert "what came is no whole gzip file (it is cut short)" in message
    assert list(holding.raw.rglob("*.part")) == []


def test_a_gzip_that_is_damaged(holding: Bench) -> None:
    holding.break_(
        "csv", lambda handler: handler.send_bytes(b"\x1f\x8b" + b"x" * 99, "text/csv"), forever=True
    )
    assert "what came is no whole gzip file" in holding.refusal("csww")


def test_a_csv_that_is_cut_short_without_a_word(holding: Bench) -> None:
    holding.break_(
        "csv", lambda handler: handler.send_bytes(handler.asked_for()[:-30], "text/csv"), forever=True
    )
    message = holding.refusal("csww")
    assert "what came is not as published" in message
    assert "the file may be cut short" in message


def test_a_gzip_that_unpacks_to_more_than_any_table(holding: Bench) -> None:
    def bomb(handler: Handler) -> None:
        packing = zlib.compressobj(wbits=31)
        body = packing.compress(bytes(10**7)) + packing.flush()
        handler.send_bytes(body, "text/csv", Content_Encoding="gzip")

    holding.adjust(largest=10**6)
    holding.break_("csv", bomb, forever=True)
    assert "unpacks to more than 1.0 MB" in holding.refusal("csww")


def test_a_download_that_is_larger_than_any_table(holding: Bench) -> None:
    holding.adjust(largest=10**4)
    assert "found more than 0.0 MB; expected less" in holding.refusal("csww")


def test_a_byte_a_second(holding: Bench) -> None:
    holding.adjust(attempts=1, whole=0.5, read=5)
    holding.break_(
        "csv", lambda handler: handler.send_csv(handler.asked_for(), pause=1, size=1), forever=True
    )
    start = time.monotonic()
    message = holding.refusal("csww")
    assert time.monotonic() - start < 3
    assert "its answer was not whole after 0.5 seconds" in message


@pytest.mark.parametrize("kind", ["publications", "csv"])
def test_no_answer(holding: Bench, kind: str) -> None:
    holding.adjust(attempts=1, read=0.2)
    holding.break_(kind, lambda handler: time.sleep(0.6), forever=True)
    before = holding.held()
    assert holding.fetch("csww")
    holding.see_unharmed(before)
    assert "no answer in time (while reading)" in holding.said[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_web_page_with_a_status_of_success(holding: Bench, kind: str) -> None:
    holding.break_(kind, html, forever=True)
    message = holding.refusal("csww")
    assert f"found a web page; expected {'a CSV' if kind == 'csv' else 'whole JSON'}" in message
    assert "sign-in page" in message
    assert list(holding.raw.rglob("*.part")) == []
    holding.break_(kind)
    assert holding.fetch("csww")  # the page was not kept as an answer
    assert (holding.raw / CSWW.name).exists()


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        (CSWW_2023, "headline measures, 2017 to 2023;"),
        (C1, "C1, referrals and re-referrals, 2013 to 2025;"),
        (STABILITY, "a table that is not read here;"),
    ],
    ids=lambda value: getattr(value, "stem", ""),
)
def test_another_data_set_than_was_asked_for(holding: Bench, sent: Path, found: str) -> None:
    holding.break_("csv", sends(sent), forever=True)
    message = holding.refusal("csww")
    assert found in message
    assert "expected Children's social work workforce, headline measures, 2017 to 2025" in message
    assert "another data set than was asked for" in message


def test_another_table_of_the_same_years(bench: Bench) -> None:
    bench.break_("csv", sends(D3), forever=True)
    message = bench.refusal("cin")
    assert "found Children in need, D3, second or subsequent child protection plans, 2013 to 2025;" in message
    assert "expected Children in need, B1, children in need, 2013 to 2025" in message


@pytest.mark.parametrize("kind", ["publications", "csv"])
def test_a_redirect_to_another_host_is_not_followed(holding: Bench, kind: str) -> None:
    there = holding.statistics.address.replace("127.0.0.1", "localhost")
    holding.break_(kind, fails(302, Location=f"{there}/v1/publications"), forever=True)
    message = holding.refusal("csww")
    assert f"sends on from {holding.statistics.address} to {there}" in message
    assert holding.statistics.kinds().count(kind) == 1


def test_a_redirect_that_stays_is_followed_but_not_for_ever(holding: Bench) -> None:
    again: Fault = lambda handler: handler.fail(307, Location=handler.path)  # noqa: E731
    holding.break_("csv", again, again)
    assert holding.fetch("csww")
    (holding.raw / CSWW.name).unlink()
    holding.break_("csv", again, forever=True)
    assert "sends on more than 5 times" in holding.refusal("csww")


SHAPE = "expected what version 1 of the service gives"


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        ("publications", [], "found JSON; expected a JSON object"),
        (
            "publications",
            {"paging": {"totalPages": 1}, "results": [{"title": "x"}]},
            f"id: Field required; {SHAPE}",
        ),
        ("data-sets", {"paging": {"totalPages": 1}, "results": 3}, SHAPE),
        ("versions", {"paging": {"totalPages": 1}, "results": [{"version": "*"}]}, SHAPE),
        (
            "meta",
            {"filters": [{"label": "x"}], "indicators": [], "timePeriods": []},
            f"filters.0.column: Field required; {SHAPE}",
        ),
        ("meta", {"title": "x"}, SHAPE),
    ],
)
def test_wrong_json(holding: Bench, kind: str, answer: object, words: str) -> None:
    holding.break_(kind, sends_json(answer), forever=True)
    message = holding.refusal("csww")
    assert words in message
    assert message.startswith(f"{holding.statistics.address}/v1/")


def test_json_that_is_cut_short(holding: Bench) -> None:
    holding.break_(
        "meta", lambda handler: handler.send_bytes(b'{"filters": [', "application/json"), forever=True
    )
    assert "found JSON; expected whole JSON" in holding.refusal("csww")


def test_json_in_place_of_the_csv(holding: Bench) -> None:
    holding.break_("csv", sends_json({"title": "x"}), forever=True)
    assert "found JSON; expected a CSV" in holding.refusal("csww")


def test_offline_with_all_that_is_needed(bench: Bench) -> None:
    for path in (CSWW, C1, B1, D3, POPULATION):
        bench.adopt(path)
    bench.stop()
    before = bench.held()
    assert bench.fetch()
    bench.see_unharmed(before)
    (line,) = bench.said
    assert line.startswith(f"Offline: {bench.statistics.address}/v1/publications?search=")
    assert all(f"{path.name} (downloaded on" in line for path in (CSWW, C1, B1, D3, POPULATION))
    assert "Not held" not in line


def test_offline_without_something(bench: Bench) -> None:
    bench.adopt(CSWW_2024)
    bench.stop()
    assert not bench.fetch("csww", "cin")
    (line,) = bench.said
    assert f"and used: {CSWW_2024.name}" in line
    assert "Not held: Children in need, C1" in line
    assert BY_HAND in line


def test_offline_what_the_service_said_last_is_used(bench: Bench) -> None:
    bench.adjust(fresh=0.001)
    bench.fetch("csww")
    bench.stop()
    start = time.monotonic()
    assert bench.fetch("csww")
    assert time.monotonic() - start < 1
    assert len([line for line in bench.said if "What it said on" in line]) == 1
    assert "held already" in bench.said[-1]


def test_a_service_that_fails_is_not_asked_again_what_it_said_before(bench: Bench) -> None:
    bench.adjust(fresh=0.001)
    bench.fetch("csww")
    bench.statistics.faults = {kind: [fails(503)] for kind in KINDS}
    bench.statistics.forever = True
    assert bench.fetch("csww")
    assert bench.statistics.kinds() == ["publications"] * 3
    assert "held already" in bench.said[-1]


def test_a_cache_that_cannot_be_used_is_done_without(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "service_answers.sqlite").write_bytes(b"nonsense " * 1000)
    assert bench.fetch("csww")
    assert "service_answers.sqlite: the service's answers cannot be kept here" in caplog.text
    assert (bench.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate that nobody has signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate")
    path = tmp_path / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=service"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", str(path) + ".crt"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


def test_a_certificate_that_does_not_verify(
    holding: Bench, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(offered(), certificate) as secure:
        holding.service = holding.service.model_copy(update={"address": secure.address})
        message = holding.refusal("csww")
        assert message.startswith("127.0.0.1: its certificate does not verify (self")
        assert "SSL_CERT_FILE" in message
        assert secure.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
        assert holding.fetch("csww")
        assert (holding.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


def test_certificates_that_are_not_there(holding: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(holding.raw / "none.pem"))
    assert holding.refusal("csww").startswith("SSL_CERT_FILE, SSL_CERT_DIR or a proxy:")


def test_a_proxy_of_the_environment_is_used(holding: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", holding.statistics.address)
    holding.service = holding.service.model_copy(update={"address": "http://statistics.invalid"})
    assert holding.fetch("csww")
    assert all(path.startswith("http://statistics.invalid/v1/") for _, path, _ in holding.statistics.asked)
    assert (holding.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


def test_an_address_that_is_none(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYTICS_SERVICE", "api.education.gov.uk")
    with pytest.raises(InputError, match=r"^ANALYTICS_SERVICE=api\.education\.gov\.uk: found no web address"):
        read_service()
    monkeypatch.setenv("ANALYTICS_SERVICE", bench.statistics.address)
    assert read_service().address == bench.statistics.address
