"""From the service to a whole CSV on disk: piece by piece, going on where a download broke off.

What has come is kept in one file, whose first line says of what it is a part: so it is no table to
anybody who looks at its header, and no second file can disagree with it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from analytics.errors import InputError
from analytics.fetch import faults
from analytics.fetch.client import Client

GZIP = b"\x1f\x8b"
PIECE = 65_536  # bytes
Moved = Callable[[int, int | None], None]


@dataclass(frozen=True)
class _Part:
    """What stands in a partial file: where its bytes begin, how many there are, and the entity's tag."""

    begins: int
    size: int
    tag: str


def download(client: Client, address: str, part: Path, moved: Moved) -> None:
    """Bring `part` to its end; `moved` is told how many bytes there are, and of how many if that is known.

    Raises:
        NotNow: the service cannot give it now; what has come is kept.
        InputError: what it gives is too large, or no data.
        OSError: `part` cannot be written.
    """
    client.patiently(lambda: _go_on(client, address, part, moved))


def _go_on(client: Client, address: str, part: Path, moved: Moved) -> None:
    held = _read_part(part, address)
    headers = {"Accept": "text/csv", "Accept-Encoding": "gzip"}
    if held:
        headers |= {"Range": f"bytes={held.size}-", "If-Range": held.tag}
    with client.open(address, headers, allowed=httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink(missing_ok=True)  # it has all there is, or more: from the start
            raise faults.NotNow(f"{address}: has no more than is here, or less. Try again.")
        if held is None or not _goes_on(response, held):
            held = _begin(part, address, response)
        _write(client, address, response, part, held, moved)


def _read_part(part: Path, address: str) -> _Part | None:
    """Read what there is of a download, if it can be gone on with."""
    with suppress(OSError, ValueError, KeyError, TypeError), part.open("rb") as file:
        first = file.readline(PIECE)
        described = json.loads(first)
        size = part.stat().st_size - len(first)
        if described["address"] == address and described["tag"] and size > 0:
            return _Part(len(first), size, described["tag"])
    return None


def _goes_on(response: httpx.Response, held: _Part) -> bool:
    """Say whether an answer begins just where the part ends."""
    place = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return response.status_code == httpx.codes.PARTIAL_CONTENT and bool(place and int(place[1]) == held.size)


def _begin(part: Path, address: str, response: httpx.Response) -> _Part:
    """Write the first line of a new part. A weak tag is none: it does not promise the same bytes."""
    tag = response.headers.get("ETag", "")
    first = json.dumps({"address": address, "tag": "" if tag.startswith("W/") else tag}).encode() + b"\n"
    part.write_bytes(first)
    return _Part(len(first), 0, tag)


def _write(
    client: Client, address: str, response: httpx.Response, part: Path, held: _Part, moved: Moved
) -> None:
    length = response.headers.get("Content-Length", "")
    total = held.size + int(length) if length.isdecimal() else None
    size = held.size
    with part.open("r+b") as file:
        file.seek(held.begins + held.size)
        # As it comes, and so packed: a range is one of packed bytes.
        for piece in client.limited(address, response.iter_raw(), client.service.largest):
            file.write(piece)
            file.flush()
            size += len(piece)
            moved(size, total)


def unpack(address: str, part: Path, target: Path, most: int) -> None:
    """Write the CSV that a whole download holds, unpacked if it is packed: `most` bytes at most.

    Raises:
        InputError: it is cut short, damaged, too large, or no data.
        OSError: `target` cannot be written.
    """
    with part.open("rb") as file, target.open("wb") as out:
        file.readline()
        begins = file.tell()
        packed = file.read(len(GZIP)) == GZIP
        file.seek(begins)
        unpacking = zlib.decompressobj(wbits=31) if packed else None
        size = 0
        while piece := file.read(PIECE):
            data = _unpacked(address, unpacking, piece) if unpacking else piece
            size += out.write(data)
            if size > most:
                raise InputError(
                    f"{address}: unpacks to more than {most / 1e6:,.1f} MB; expected less. "
                    f"{faults.UNCHANGED} {faults.BY_HAND}"
                )
    if unpacking and not unpacking.eof:
        raise _damaged(address, "it is cut short")
    with target.open("rb") as file:
        start = file.read(PIECE)
    if not start or start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"["):
        raise faults.not_data(address, start, "a CSV")


def _unpacked(address: str, unpacking: zlib._Decompress, piece: bytes) -> bytes:
    try:
        return unpacking.decompress(piece)
    except zlib.error as error:
        raise _damaged(address, str(error)) from error


def _damaged(address: str, fault: str) -> InputError:
    return InputError(
        f"{address}: what came is no whole gzip file ({fault}). {faults.UNCHANGED} Run the command again. "
        f"{faults.BY_HAND}"
    )
