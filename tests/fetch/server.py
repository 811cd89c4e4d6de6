"""A statistics service on this machine: a real server that speaks the documented shapes, or misbehaves."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

IDENTIFIERS = 10  # the first columns say when and where
FILTERS = {"category", "Category", "cla_group", "sw_stability"}


@dataclass
class DataSet:
    """A data set, the file of each of its versions, and the status of each."""

    id: str
    title: str
    versions: dict[str, Path]
    statuses: dict[str, str] = field(default_factory=dict)
    status: str = "Published"
    superseded_by: str | None = None
    label: str = "label"  # what its meta calls a label: the guide's example says `name`

    def meta(self, version: str) -> dict[str, Any]:
        header, years = columns_and_years(self.versions[version])
        own = list(enumerate(header[IDENTIFIERS:]))
        return {
            "filters": [
                {"id": f"f{number}", "column": name, self.label: name, "hint": "", "options": []}
                for number, name in own
                if name in FILTERS
            ],
            "indicators": [
                {"id": f"i{number}", "column": name, self.label: name, "unit": "", "decimalPlaces": 1}
                for number, name in own
                if name not in FILTERS
            ],
            "geographicLevels": [{"code": "NAT", "label": "National"}],
            "locations": [],
            "timePeriods": [{"code": "RY", "period": year, "label": year} for year in years],
        }


@cache
def columns_and_years(path: Path) -> tuple[list[str], list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    return header, sorted({row[0] for row in rows})


@cache
def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


Fault = Callable[["Handler"], None]


@dataclass
class Statistics:
    """The publications that the service has, the faults it is to make, and what it was asked.

    `faults` maps a kind of question (publications, data-sets, data-set, versions, meta, csv) to what to do in
    place of the next answers, one after the other; where the last is repeated, it is repeated for good.
    """

    publications: dict[str, list[DataSet]]
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    forever: bool = False
    most: int = 100  # entries to a page
    ranges: bool = True
    tag: str = '"{}"'
    packed: bool = True
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    connections: int = 0
    address: str = ""

    def find(self, key: str) -> DataSet:
        return next(one for entries in self.publications.values() for one in entries if one.id == key)

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.asked]

    def headers(self, kind: str) -> list[dict[str, str]]:
        return [headers for asked, _, headers in self.asked if asked == kind]


ROUTES = {
    "publications": r"/v1/publications",
    "data-sets": r"/v1/publications/(p[0-9]+)/data-sets",
    "data-set": r"/v1/data-sets/([^/]+)",
    "versions": r"/v1/data-sets/([^/]+)/versions",
    "meta": r"/v1/data-sets/([^/]+)/meta",
    "csv": r"/v1/data-sets/([^/]+)/csv",
}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    statistics: Statistics

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has hung up: it may."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer takes 40 ms more
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.statistics.connections += 1

    def log_message(self, *_: object) -> None:
        """Keep standard error for the tests."""

    def do_GET(self) -> None:
        statistics, url = self.server.statistics, urlsplit(self.path)
        self.query = {key: values[0] for key, values in parse_qs(url.query).items()}
        for kind, route in ROUTES.items():
            if found := re.fullmatch(route, url.path):
                statistics.asked.append((kind, self.path, dict(self.headers)))
                faults = statistics.faults.get(kind, [])
                if faults:
                    fault = faults[0] if statistics.forever and len(faults) == 1 else faults.pop(0)
                    return fault(self)
                return getattr(self, "answer_" + kind.replace("-", "_"))(*found.groups())
        return self.fail(404)

    def answer_publications(self) -> None:
        titles = list(self.server.statistics.publications)
        sought = self.query["search"].casefold()
        assert len(sought) >= 3
        wanted = [title for title in titles if sought in title.casefold()]
        self.send_page(
            [{"id": f"p{titles.index(title)}", "title": title, "slug": ""} for title in wanted], 40
        )

    def answer_data_sets(self, key: str) -> None:
        entries = list(self.server.statistics.publications.values())[int(key[1:])]
        self.send_page([self.summary(one) for one in entries], 20)

    def answer_data_set(self, key: str) -> None:
        self.send_json(self.summary(self.server.statistics.find(key)))

    def summary(self, one: DataSet) -> dict[str, Any]:
        return {
            "id": one.id,
            "title": one.title,
            "summary": "",
            "status": one.status,
            "supersedingDataSetId": one.superseded_by,
            "latestVersion": {"version": list(one.versions)[-1]},
        }

    def answer_versions(self, key: str) -> None:
        one = self.server.statistics.find(key)
        entries = [
            {"version": version, "type": "Major", "status": one.statuses.get(version, "Published")}
            for version in one.versions
        ]
        self.send_page(entries[::-1], 20)

    def answer_meta(self, key: str) -> None:
        self.send_json(self.server.statistics.find(key).meta(self.query["dataSetVersion"]))

    def answer_csv(self, key: str) -> None:
        self.send_csv(self.server.statistics.find(key).versions[self.query["dataSetVersion"]].read_bytes())

    def send_page(self, entries: list[dict[str, Any]], most: int) -> None:
        size, number = int(self.query["pageSize"]), int(self.query["page"])
        assert 1 <= size <= most
        size = min(size, self.server.statistics.most)
        paging = {
            "page": number,
            "pageSize": size,
            "totalResults": len(entries),
            "totalPages": -(-len(entries) // size),
        }
        self.send_json({"paging": paging, "results": entries[(number - 1) * size : number * size]})

    def send_json(self, answer: object, status: int = 200) -> None:
        self.send_bytes(json.dumps(answer).encode(), "application/json", status)

    def send_bytes(self, data: bytes, kind: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def fail(self, status: int, **headers: str) -> None:
        problem = {
            "title": f"Problem {status}",
            "status": status,
            "errors": [{"message": "so it is", "code": "x"}],
        }
        self.send_bytes(json.dumps(problem).encode(), "application/problem+json", status, **headers)

    def send_csv(self, data: bytes, until: int | None = None, pause: float = 0, size: int = 20_000) -> None:
        """Send a CSV, packed: from the byte that is asked for, and of the rest as many bytes as wanted."""
        statistics = self.server.statistics
        body = packed(data) if statistics.packed else data
        tag = statistics.tag.format(hashlib.sha256(body).hexdigest()[:16])
        begin = int(re.findall(r"\d+", self.headers.get("Range", "0"))[0]) if statistics.ranges else 0
        if self.headers.get("If-Range", tag) != tag:
            begin = 0
        if begin >= len(body):
            return self.send_bytes(b"", "text/csv", 416, Content_Range=f"bytes */{len(body)}")
        self.send_response(206 if begin else 200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(body) - begin))
        if statistics.packed:
            self.send_header("Content-Encoding", "gzip")
        if tag:
            self.send_header("ETag", tag)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        rest = io.BytesIO(body[begin:until])
        while piece := rest.read(size):
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(pause)
        if until is not None:
            self.close_connection = True
            self.connection.close()
        return None

    def asked_for(self) -> bytes:
        """Give the CSV that is asked for, whatever the fault makes of it."""
        return (
            self.server.statistics.find(self.path.split("/")[3])
            .versions[self.query["dataSetVersion"]]
            .read_bytes()
        )


@contextmanager
def serving(statistics: Statistics, certificate: Path | None = None) -> Iterator[Statistics]:
    """Serve until the block ends; `certificate` is a file with a key and a certificate, for TLS."""
    server = Server(("127.0.0.1", 0), Handler)
    server.statistics = statistics
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    statistics.address = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield statistics
    finally:
        server.shutdown()
        thread.join()
        with suppress(OSError):
            server.server_close()
