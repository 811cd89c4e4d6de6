"""A file that was downloaded by hand: what is known is recorded, all else refused, and nothing is harmed."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from analytics.errors import InputError
from analytics.fetch.faults import BY_HAND
from analytics.sources.sidecar import read_sidecar, sidecar_path
from fetch.conftest import (
    B1,
    C1,
    CSWW,
    CSWW_2023,
    CSWW_2024,
    D3,
    EARLIER,
    POPULATION,
    SOURCES,
    STABILITY,
    Bench,
)

PAGE = "https://explore-education-statistics.service.gov.uk/find-statistics/children-s-social-work-workforce"
TOOL = "https://www.gov.uk/government/publications/local-authority-interactive-tool-lait"


def zipped(path: Path, *files: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"data/{file.name}")
    return path


@pytest.fixture
def holding(bench: Bench) -> Bench:
    """Give a folder that holds the newest release."""
    bench.adopt(CSWW)
    return bench


def test_a_table_is_copied_and_recorded(bench: Bench, tmp_path: Path) -> None:
    path = Path(shutil.copy(CSWW, tmp_path / "download (3).csv"))
    said = bench.adopt(path)
    assert (
        said == f"{bench.raw / CSWW.name}: Children's social work workforce, headline measures, 2017 to 2025."
    )
    assert path.read_bytes() == CSWW.read_bytes() == (bench.raw / CSWW.name).read_bytes()
    assert set(bench.held()) == {CSWW.name, f"{CSWW.name}.source.json"}
    sidecar = read_sidecar(bench.raw / CSWW.name)
    assert sidecar is not None
    assert sidecar.model_dump() == {
        "publisher": "Department for Education",
        "publication": "csww",
        "title": "headline measures",
        "release": "2025",
        "version": "",
        "address": PAGE,
        "licence": "Open Government Licence v3.0",
        # From SHA256SUMS beside the published files.
        "sha256": "9e058bac193cc5b03f0d21ebe4259c8935d236dbf59f09d90b3e0916bfbca95f",
        "date": date.today().isoformat(),
    }


@pytest.mark.parametrize(
    "path",
    [
        *(C1, B1, D3, POPULATION, *sorted(EARLIER.glob("*.csv"))),
        *sorted((SOURCES / "neighbours").glob("*")),
        *sorted((SOURCES / "lait").glob("*")),
    ],
    ids=lambda path: path.name,
)
def test_every_published_file_that_is_read_here_is_known_by_its_columns(
    bench: Bench, tmp_path: Path, path: Path
) -> None:
    renamed = Path(shutil.copy(path, tmp_path / f"renamed{path.suffix}"))
    bench.adopt(renamed)
    assert (bench.raw / path.name).read_bytes() == path.read_bytes()
    sidecar = read_sidecar(bench.raw / path.name)
    assert sidecar is not None
    before = bench.held()
    assert "held already" in bench.adopt(renamed)
    assert bench.held() == before
    other = path.parent.name in ("neighbours", "lait")
    assert (sidecar.address == TOOL) == other
    assert sidecar.release in path.name or other


@pytest.mark.parametrize("year", ["2021", "2025"])
def test_a_model_of_neighbours_is_recorded_under_its_own_year(bench: Bench, year: str) -> None:
    (path,) = (SOURCES / "neighbours").glob(f"sn*{year}.xlsx")
    bench.adopt(path)
    sidecar = read_sidecar(bench.raw / path.name)
    assert sidecar is not None
    assert (sidecar.publication, sidecar.release) == ("neighbours", year)


def test_another_file_of_the_interactive_tool_than_the_one_that_is_held(bench: Bench, tmp_path: Path) -> None:
    held = SOURCES / "lait" / "lait_data_dictionary.csv"
    bench.adopt(held)
    other = tmp_path / "dictionary.csv"
    other.write_bytes(held.read_bytes() + b"\r\n")
    message = bench.refusal(other)
    assert message.startswith(
        f"{bench.raw / held.name}: this is held, and {other} is another file of the same kind"
    )


def test_a_model_of_neighbours_with_a_fault(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "neighbours.csv"
    model = (SOURCES / "neighbours" / "sn_model_2025_wide.csv").read_bytes()
    path.write_bytes(model.replace(b"Extremely close", b"Extremely far", 1))
    message = bench.refusal(path)
    assert message.startswith(f"{path}: row ")
    assert "found 'Extremely far'" in message


def test_a_release_older_than_the_one_that_is_held(holding: Bench) -> None:
    before = holding.held()
    said = holding.adopt(CSWW_2023)
    target = holding.raw / "earlier" / CSWW_2023.name
    assert said.startswith(f"{target}: ")
    assert f"an earlier release: {CSWW.name} stays the newest." in said
    assert target.read_bytes() == CSWW_2023.read_bytes()
    assert holding.held().items() > before.items()
    assert "held already" in holding.adopt(CSWW_2023)


def test_a_release_newer_than_the_one_that_is_held(bench: Bench) -> None:
    bench.adopt(CSWW_2024)
    before = bench.held()
    bench.adopt(CSWW)
    assert bench.held().items() > before.items()
    assert (bench.raw / CSWW.name).exists()


def test_two_files_of_one_release(holding: Bench, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(CSWW.read_bytes().replace(b",150.1,", b",150.2,"))
    message = holding.refusal(other)
    assert message.startswith(f"{other}: this and {holding.raw / CSWW.name} are two files of one release")
    shutil.copy(other, holding.raw / "other.csv")
    message = holding.refusal(holding.raw / "other.csv")
    assert message.startswith(
        f"{holding.raw / 'other.csv'}: this and {holding.raw / CSWW.name} are two files"
    )


def test_a_file_in_the_folder_is_given_its_sidecar_where_it_is(bench: Bench) -> None:
    path = bench.raw / "dfe" / "a name of my own.csv"
    path.parent.mkdir(parents=True)
    shutil.copy(B1, path)
    assert bench.adopt(path) == f"{path}: now has its sidecar."
    assert set(bench.held()) == {f"dfe/{path.name}", f"dfe/{path.name}.source.json"}
    assert bench.adopt(path) == f"{path}: has its sidecar. Nothing was changed."
    path.write_bytes(B1.read_bytes() + b"\n")
    message = bench.refusal(path)
    assert message.startswith(f"{path}: this is not the file that {path.name}.source.json describes")


def test_a_sidecar_beside_a_download_that_disagrees_with_it(bench: Bench, tmp_path: Path) -> None:
    bench.adopt(CSWW)
    path = Path(shutil.copy(CSWW_2024, tmp_path / "table.csv"))
    shutil.copy(sidecar_path(bench.raw / CSWW.name), sidecar_path(path))
    message = bench.refusal(path)
    assert message.startswith(f"{path}: this is not the file that table.csv.source.json describes")


def test_a_sidecar_beside_a_download_goes_with_it(bench: Bench, tmp_path: Path) -> None:
    bench.fetch("csww")
    given = tmp_path / "given"
    shutil.move(bench.raw, given)
    bench.adopt(given / CSWW.name)
    assert (bench.raw / f"{CSWW.name}.source.json").read_bytes() == (
        given / f"{CSWW.name}.source.json"
    ).read_bytes()


def test_a_zip_with_a_table_in_it(bench: Bench, tmp_path: Path) -> None:
    path = zipped(tmp_path / "release.zip", CSWW)
    bench.adopt(path)
    assert (bench.raw / CSWW.name).read_bytes() == CSWW.read_bytes()
    assert set(bench.held()) == {CSWW.name, f"{CSWW.name}.source.json"}


def test_of_a_zip_with_several_each_table_that_is_known_is_taken(bench: Bench, tmp_path: Path) -> None:
    said = bench.adopt(zipped(tmp_path / "release.zip", C1, STABILITY, B1, SOURCES / "SOURCES.md"))
    assert {path.name for path in bench.raw.glob("*.csv")} == {C1.name, B1.name}
    assert f"release.zip/data/{STABILITY.name}: passed over" in said


def test_a_zip_that_holds_a_table_with_a_fault_is_refused_whole(holding: Bench, tmp_path: Path) -> None:
    cut = tmp_path / "cut.csv"
    cut.write_bytes(B1.read_bytes()[:-50])
    message = holding.refusal(zipped(tmp_path / "release.zip", C1, cut))
    assert message.startswith(f"{tmp_path / 'release.zip' / 'data' / 'cut.csv'}: row")
    assert "the file may be cut short" in message


def test_a_zip_without_a_csv(holding: Bench, tmp_path: Path) -> None:
    message = holding.refusal(zipped(tmp_path / "release.zip", SOURCES / "SOURCES.md"))
    assert "found a zip without a CSV (it holds data/SOURCES.md)" in message


def test_a_zip_without_a_known_table(holding: Bench, tmp_path: Path) -> None:
    message = holding.refusal(zipped(tmp_path / "release.zip", STABILITY))
    assert f"found no table that is known among data/{STABILITY.name}" in message


def test_a_zip_that_is_cut_short(holding: Bench, tmp_path: Path) -> None:
    path = zipped(tmp_path / "release.zip", CSWW)
    path.write_bytes(path.read_bytes()[:-2000])
    assert f"{path}: found a zip that cannot be opened" in holding.refusal(path)


def test_a_zip_that_is_damaged_inside(holding: Bench, tmp_path: Path) -> None:
    path = zipped(tmp_path / "release.zip", CSWW)
    data = bytearray(path.read_bytes())
    data[5000:5100] = bytes(100)
    path.write_bytes(data)
    assert "found what cannot be unpacked" in holding.refusal(path)


def test_a_zip_that_unpacks_to_more_than_any_table(holding: Bench, tmp_path: Path) -> None:
    path = tmp_path / "release.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("large.csv", "w") as file,
    ):
        for _ in range(201):
            file.write(bytes(10**6))
    assert "large.csv: found 201 MB; expected less than 200 MB" in holding.refusal(path)


def test_a_zip_that_names_a_file_outside_itself(holding: Bench, tmp_path: Path) -> None:
    path = tmp_path / "release.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(B1, "../../outside.csv")
    holding.adopt(path)
    assert (holding.raw / B1.name).read_bytes() == B1.read_bytes()
    assert not list(tmp_path.rglob("outside.csv"))


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("empty.csv", b"", "found an empty file"),
        ("page.csv", b"<!DOCTYPE html>\n<html>", "found a web page, whatever its name says"),
        ("page.csv", b"\xef\xbb\xbf\n  <html>\n", "found a web page, whatever its name says"),
        ("answer.csv", b'{"title": "x"}\n', "found JSON, whatever its name says"),
        ("wide.csv", "time_period,a\n".encode("utf-16"), "found UTF-16, or a file that is not text"),
        ("wide.csv", "time_period,a\n".encode("utf-16-le"), "found UTF-16, or a file that is not text"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "found UTF-16, or a file that is not text"),
        ("line.csv", b"a" * 2000, "found no end of the first line, the header, in 2,000 bytes"),
        (
            "strange.csv",
            b"a,b,c\n1,2,3\n",
            "found 'a', 'b', 'c'; expected the columns of a table that is known",
        ),
        ("lait.parquet", b"PAR1 and no more", "found no columns; expected the columns of a table"),
        ("book.xlsx", b"PK\x03\x04 and no more", "found a zip that cannot be opened"),
    ],
)
def test_what_is_no_published_file(
    holding: Bench, tmp_path: Path, name: str, data: bytes, found: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    message = holding.refusal(path)
    assert message.startswith(f"{path}: ")
    assert found in message
    assert "Nothing was changed" in message
    assert BY_HAND not in message
    assert path.read_bytes() == data


def test_a_folder_a_device_and_nothing(holding: Bench, tmp_path: Path) -> None:
    assert holding.refusal(tmp_path).startswith(f"{tmp_path}: found a folder; expected")
    assert holding.refusal(Path("/dev/null")).startswith("/dev/null: found no file but a device or a pipe")
    missing = holding.refusal(tmp_path / "none.csv")
    assert missing.startswith(f"{tmp_path / 'none.csv'}: this file cannot be opened (No such file")


@pytest.mark.parametrize(
    ("size", "found"), [(2 * 10**9, "found 2,000 MB"), (190 * 10**6, "no end of the first line")]
)
def test_a_file_of_one_line_is_refused_at_once(bench: Bench, tmp_path: Path, size: int, found: str) -> None:
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(b"a" * 1_100_000)
        file.truncate(size)  # it takes no room
    tracemalloc.start()
    start = time.monotonic()
    message = bench.refusal(path)
    seconds, (_, peak) = time.monotonic() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found in message
    assert seconds < 1
    assert peak < 10_000_000
    assert not bench.raw.exists()  # nor was any of it copied


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """Let another process write to a file until the block ends, a thousand times a second."""
    code = "import sys, time\nwhile True: open(sys.argv[1], 'ab').write(b'x'); time.sleep(0.001)"
    size = path.stat().st_size
    process = subprocess.Popen([sys.executable, "-c", code, str(path)])
    try:
        while path.stat().st_size == size:
            time.sleep(0.001)
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_changes_while_it_is_read(holding: Bench, tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "c1.csv"
    path.write_bytes(C1.read_bytes() * 50)
    if packed:
        path = zipped(tmp_path / "release.zip", C1, B1, D3)
    with growing(path):
        message = holding.refusal(path)
    assert message.startswith(f"{path}: this file changed while it was read.")


Rows = list[list[str]]
ROW_OF_BURY = 29


def cell(column: str, text: str) -> Callable[[Rows], object]:
    """Change a cell of a row of Bury's."""
    return lambda rows: rows[ROW_OF_BURY - 1].__setitem__(rows[0].index(column), text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (cell("agency_fte", "q"), "row 29, column 'agency_fte': found the unknown symbol 'q'"),
        (cell("cases", "-1"), "row 29, column 'cases': found the negative figure '-1'"),
        (cell("cases", ""), "row 29, column 'cases': found a blank cell"),
        (cell("agency_rate_fte", "100.1"), "found '100.1'; expected a percentage from 0 to 100"),
        (cell("old_la_code", "999"), "found '999'; expected the code of an area in the register"),
        (cell("region_code", "E12000008"), "expected the region of Bury, North West"),
        (cell("time_period", "202425"), "column 'time_period': found '202425'; expected a year"),
        (cell("time_identifier", "Calendar year"), "found 'Calendar year'; expected 'Reporting year'"),
        (lambda rows: rows.append(rows[ROW_OF_BURY - 1]), "found a second row for Bury in 2025"),
        (lambda rows: rows.pop(ROW_OF_BURY - 1), "found row missing for Bury in 2025"),
        (lambda rows: rows.__delitem__(slice(1, None)), "no row for 2017"),
        (lambda rows: rows[40].pop(), "row 41: found 31 cells; expected 32, as in the header"),
        (lambda rows: [row.append("1") for row in rows[1:]] and rows[0].append("more"), "new: 'more'"),
        (lambda rows: [row.pop(20) for row in rows], "gone: 'agency_rate_fte'"),
    ],
)
def test_what_an_ingest_would_refuse_is_not_taken(
    holding: Bench, tmp_path: Path, change: Callable[[Rows], object], words: str
) -> None:
    with CSWW.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert (rows[ROW_OF_BURY - 1][0], rows[ROW_OF_BURY - 1][9]) == ("2025", "Bury")
    change(rows)
    path = tmp_path / CSWW.name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    message = holding.refusal(path)
    assert message.startswith(f"{path}: ")
    assert words in message


def test_an_unknown_layout_has_the_message_of_the_catalogue(holding: Bench, tmp_path: Path) -> None:
    path = tmp_path / "next year.csv"
    path.write_bytes(CSWW.read_bytes().replace(b"absence_rate_fte", b"sickness_rate_fte", 1))
    message = holding.refusal(path)
    assert message.startswith(f"{path}: row 1, the header: no known layout of")
    assert "new: 'sickness_rate_fte'" in message
    assert "gone: 'absence_rate_fte'" in message


def test_a_file_in_the_place_of_the_folder(bench: Bench) -> None:
    bench.raw.write_text("a file")
    with pytest.raises(InputError) as refused:
        bench.adopt(CSWW)
    assert str(refused.value).startswith(f"{bench.raw}: this cannot be written")
    assert bench.raw.read_text() == "a file"
