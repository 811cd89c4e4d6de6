"""`analytics fetch`: what it says, and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analytics.cli import app
from fetch.conftest import CSWW, CSWW_2023, POPULATION, SOURCES, Bench


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["fetch", *map(str, arguments)])


@pytest.fixture
def serviced(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give a service that the environment names, and a home whose data/raw is the folder."""
    monkeypatch.setenv("ANALYTICS_SERVICE", bench.statistics.address)
    monkeypatch.setenv("ANALYTICS_HOME", str(tmp_path))
    bench.raw = tmp_path / "data" / "raw"
    return bench


def test_a_publication_is_fetched_into_the_home(serviced: Bench) -> None:
    result = run("--publication", "csww")
    assert result.exit_code == 0, result.output
    name = "Children's social work workforce, headline measures"
    assert result.stdout.splitlines() == [
        f"{name}: downloading.",
        f"{serviced.raw / CSWW.name}: {name}, 2017 to 2025.",
    ]
    assert result.stderr == ""
    assert (serviced.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


def test_a_terminal_shows_how_far_a_download_is(serviced: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run("--publication", "csww")
    assert result.exit_code == 0, result.output
    assert "downloading" not in result.output
    shown = result.stderr.split("\r")
    assert any("headline measures" in line and "/" in line and "kB" in line for line in shown)


def test_a_folder_may_be_named_and_what_is_not_held_at_the_end_is_told_by_the_status(
    serviced: Bench, tmp_path: Path
) -> None:
    result = run("--raw", tmp_path / "other")
    assert result.exit_code == 1, result.output
    assert len(list((tmp_path / "other").glob("*.csv"))) == 4
    assert not serviced.raw.exists()


def test_offline(serviced: Bench) -> None:
    assert run("--file", CSWW, "--file", POPULATION).exit_code == 0
    serviced.stop()
    result = run("--publication", "csww", "--publication", "population")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    assert result.stdout.startswith("Offline: ")


def test_files_are_adopted(serviced: Bench) -> None:
    result = run("--file", CSWW_2023, "--file", CSWW)
    assert result.exit_code == 0, result.output
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == [
        str(serviced.raw / CSWW_2023.name),
        str(serviced.raw / CSWW.name),
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--file", str(CSWW), "--publication", "csww"], "--file and --publication: give one of them."),
        (["--file", str(SOURCES / "SOURCES.md")], f"{SOURCES / 'SOURCES.md'}: row 1, the header: found"),
        (["--publication", "nonsense"], "publication 'nonsense': there is none of that name."),
    ],
)
def test_what_is_refused(serviced: Bench, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {words}")
    assert serviced.statistics.asked == []
