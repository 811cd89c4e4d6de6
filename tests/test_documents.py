"""What the documents promise: their commands and examples run, and their links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fetch.conftest import offered
from fetch.server import serving
from markdown_it import MarkdownIt
from markdown_it.token import Token
from matplotlib.mathtext import MathTextParser

ROOT = Path(__file__).parents[1]
SOURCES = Path(os.environ.get("ANALYTICS_SOURCES", ROOT.parent / "shared" / "data"))
DOCS = ROOT / "docs"
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(DOCS.rglob("*.md")),
    *(ROOT / name for name in ("bench/results.md", "data/raw/README.md", "reports/README.md")),
]
LANGUAGES = {"sh", "python", "yaml", "math"}
RUN_AS_MODULES = {"analytics", "papermill"}
# Documented commands that no test here runs, and why.
SETTING_UP = "sets an environment up: `make` does the same in every run of these tests, test_wheel.py too"
ELSEWHERE = {
    "conda env create --file environment.yml": SETTING_UP,
    "conda activate analytics": SETTING_UP,
    "python -m venv .venv": SETTING_UP,
    ".venv/bin/pip install --editable .": SETTING_UP,
    ".venv/bin/analytics paper --area Bury": SETTING_UP,
    ".venv/bin/pre-commit install": SETTING_UP,
    "pip install --no-deps --no-build-isolation --editable .": SETTING_UP,
    "analytics lab": "runs until it is stopped; browser/test_explorer.py starts it, uses it and ends it",
    "git status --short reports": "needs a clone; test_reports.py holds the committed papers to the figures",
}


@cache
def tokens(document: Path) -> list[Token]:
    """Read a document as GitHub does."""
    return MarkdownIt("commonmark").enable("table").parse(document.read_text(encoding="utf-8"))


def blocks(document: Path, language: str) -> list[str]:
    """Give the code blocks of a document in one language."""
    return [each.content for each in tokens(document) if each.type == "fence" and each.info == language]


# A command or an example that several documents give is run once, as the first of them gives it.
COMMANDS = {
    line: document
    for document in reversed(DOCUMENTS)
    for block in blocks(document, "sh")
    for line in block.splitlines()
}
EXAMPLES = {block: document for document in reversed(DOCUMENTS) for block in blocks(document, "python")}


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


# --- commands and examples


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Copy what a command reads, so that it can also write."""
    for name in ("data/processed", "data/raw/evidence", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def run_in(home: Path, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this Python in a folder that stands for the repository."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=home,
        env={**os.environ, "ANALYTICS_HOME": str(home), **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def lay_out(home: Path, document: Path, words: str) -> None:
    """Put into `home` what a page takes to be there for a command or an example of its."""
    downloads = re.findall(r"Downloads/(\S+)", words)
    if "data/raw" in words or "analytics fetch" in words:
        if not SOURCES.is_dir():
            pytest.skip(f"the published files are not here ({SOURCES})")
        shutil.copytree(SOURCES, home / "data/raw", dirs_exist_ok=True)
    for name in downloads:
        (home / "Downloads").mkdir()
        shutil.move(next((home / "data/raw").rglob(name)), home / "Downloads")
    if "plan.yml" in words:
        (home / "notebooks/plan.yml").write_text(blocks(document, "yaml")[0], encoding="utf-8")
    if "reports/bury" in words:
        shutil.copytree(ROOT / "reports", home / "reports")
    if document.name == "a-measure-of-your-own.md" and words in EXAMPLES:
        # Found before the package that is installed, as it stands in the folder that is worked in.
        shutil.copytree(ROOT / "analytics", home / "analytics", ignore=shutil.ignore_patterns("__pycache__"))
        entries = home / "analytics" / "measures.yml"
        before, head, after = entries.read_text(encoding="utf-8").partition("\nmeasures:\n")
        added = blocks(document, "yaml")[0]
        entries.write_text(f"{before}{head}{added}{after}", encoding="utf-8")


def check_done(home: Path, command: list[str], printed: str) -> None:
    """Ask whether a command that ended well did what it is for."""
    match command:
        case ["analytics", "paper" | "pack" | "batch", *_]:
            assert list((home / "reports").glob("*/*/paper.json"))
            assert (home / "reports" / "index.html").is_file()
        case ["analytics", "ingest", *_]:
            assert (home / "data/processed/figures.parquet").is_file()
        case ["papermill", _, made, *_]:
            assert (home / made).is_file()
        case _:
            assert printed.strip(), "it said nothing"


def test_every_command_is_run_or_accounted_for() -> None:
    known = {command for command in COMMANDS if command.split()[0] in {"make", *RUN_AS_MODULES}}
    assert set(COMMANDS) - known == set(ELSEWHERE) - known


def test_no_code_is_in_a_language_that_is_not_looked_at() -> None:
    for document in DOCUMENTS:
        given = {each.info for each in tokens(document) if each.type in ("fence", "code_block")}
        assert given <= LANGUAGES, name_of(document)


@pytest.mark.parametrize("command", [each for each in COMMANDS if each.startswith("make ")])
def test_make_knows_the_target(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^\.PHONY:(.*)", makefile, flags=re.MULTILINE)[0].split()
    settings = re.findall(r"^([A-Z]+) \?=", makefile, flags=re.MULTILINE)
    target, *given = shlex.split(command)[1:]
    assert target in targets
    assert {word.partition("=")[0] for word in given} <= set(settings)


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.split()[0] in RUN_AS_MODULES and each not in ELSEWHERE]
)
def test_a_command_runs(home: Path, command: str) -> None:
    lay_out(home, COMMANDS[command], command)
    words = shlex.split(command)
    if "ingest" in words:
        (home / "data/processed/figures.parquet").unlink()
    # In place of the department's service there is one here that speaks as it does.
    with serving(offered()) as service:
        ran = run_in(home, "-m", *words, ANALYTICS_SERVICE=service.address)
    assert ran.returncode == 0, ran.stderr
    check_done(home, words, ran.stdout)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(home: Path, example: str) -> None:
    lay_out(home, EXAMPLES[example], example)
    ran = run_in(home, "-c", example)
    assert ran.returncode == 0, ran.stderr
    assert bool(ran.stdout.strip()) == ("print(" in example)


def test_the_walk_back_ends_where_reviewers_are_told(home: Path) -> None:
    document = DOCS / "reviewers.md"
    (example,) = blocks(document, "python")
    lay_out(home, document, example)
    first, *_, last = run_in(home, "-c", example).stdout.splitlines()
    assert f'"the re-referral rate in Bury was {first}"' in document.read_text(encoding="utf-8")
    assert last == "True True"


# --- links, formulas, the index


def inline(document: Path) -> list[Token]:
    """List the pieces of the text of a document: words, links, pictures."""
    return [piece for each in tokens(document) for piece in each.children or []]


def anchors(document: Path) -> set[str]:
    """Name the headings of a document as GitHub does in the address of each."""
    found: list[str] = []
    read = tokens(document)
    for place, token in enumerate(read):
        if token.type == "heading_open":
            said = "".join(piece.content for piece in read[place + 1].children or [])
            slug = re.sub(r"[^\w\- ]", "", said.lower()).replace(" ", "-")
            again = found.count(slug)
            found.append(slug)
            found += [f"{slug}-{again}"] if again else []
    return set(found)


def broken(document: Path, root: Path = ROOT) -> list[str]:
    """List the links of a document, to files and headings below `root`, that lead nowhere."""
    places = [each.attrGet("href") or each.attrGet("src") for each in inline(document)]
    wrong = []
    for place in map(str, filter(None, places)):
        link = urlsplit(place)
        if link.scheme:
            continue
        target = (document.parent / unquote(link.path)).resolve() if link.path else document
        there = target.exists() and target.is_relative_to(root.resolve())
        if not there or (link.fragment and link.fragment not in anchors(target)):
            wrong.append(place)
    return wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    assert broken(document) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    good = "# One `two`, three\n[a](#one-two-three) [b](https://example.org/none) ![c](page.md)"
    document.write_text(f"{good}\n[d](#one) [e](none.md)\n```sh\n[f](none.md)\n```\n", encoding="utf-8")
    assert broken(document, tmp_path) == ["#one", "none.md"]


def test_the_index_names_every_document() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / str(each.attrGet("href"))).resolve() for each in inline(index) if each.attrGet("href")}
    assert {path for path in DOCS.rglob("*.md") if path != index} <= linked


def test_every_formula_can_be_set() -> None:
    methods = DOCS / "methods.md"
    prose = re.sub(r"^```.*?^```", "", methods.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    formulas = [*blocks(methods, "math"), *re.findall(r"\$([^$]+)\$", prose)]
    assert len(formulas) > 50
    for formula in formulas:
        MathTextParser("path").parse(f"${formula.strip()}$")
        # GitHub reads Markdown first: these would be emphasis, or an escape, within a formula of a line.
        assert formula in blocks(methods, "math") or not re.search(r"[}*]_|\\[{}_,;]", formula), formula
