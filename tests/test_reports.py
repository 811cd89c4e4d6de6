"""The committed example set: current, whole, and every number in its prose in a table beside it."""

import json
import re
from urllib.parse import unquote

import html5lib
import nbformat
import pytest
from papers.read_back import from_html, from_pdf, from_word
from papers.said import missing, rows_of

import analytics
from analytics.folders import REPOSITORY
from analytics.papers.contents import read_contents
from analytics.papers.formats import render_paper
from analytics.studies import caseloads, rereferrals, workforce

PAPERS = {
    "caseloads-2025": (caseloads, {"year": 2025}),
    "rereferrals-2025": (rereferrals, {"year": 2025}),
    "workforce-2023": (workforce, {"start": "2023-12-31"}),
    "workforce-2025": (workforce, {"year": 2025}),
}
MOST_BYTES = {"paper.html": 400_000, "paper.docx": 1_500_000, "paper.pdf": 1_000_000}
BURY = REPOSITORY / "reports" / "bury"
# Numbers that are part of a name or of a method, not figures of the paper.
NOT_FIGURES = re.compile(
    r"\d{1,2} (January|February|March|September|November|December)( \d{4})?|95% interval|8 in 10|"
    r"one in 500|by 10 percentage points|aged 0 to 17|https?://\S+|\b(19|20)\d\d\b"
)
CAUSAL = re.compile(
    r"\b(because of|caus\w+|effects?|affect\w*|impact\w*|le(?:a|)ds? to|led to|driv(?:es?|en|ing)|due to|"
    r"reduc\w+|increas\w+|results? in|thanks to|owing to)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")


def page(paper: str):
    text = (BURY / paper / "paper.html").read_text(encoding="utf-8")
    return html5lib.parse(text, namespaceHTMLElements=False)


@pytest.mark.parametrize("paper", PAPERS)
def test_the_set_is_what_the_figures_held_give(figures, paper):
    record = json.loads((BURY / paper / "paper.json").read_text(encoding="utf-8"))
    study, asked = PAPERS[paper]
    current = study.study(figures, "Bury", **asked)
    assert record["data_sha256"] == figures.sha256
    assert record["code_version"] == analytics.__version__
    found = {finding["name"]: finding["value"] for finding in record["findings"]}
    assert found == {finding.name: pytest.approx(finding.value, rel=1e-9) for finding in current.findings}


@pytest.mark.parametrize("paper", PAPERS)
def test_the_set_is_whole(paper):
    folder = BURY / paper
    record = json.loads((folder / "paper.json").read_text(encoding="utf-8"))
    tables = {exhibit["table"] for exhibit in record["exhibits"]}
    assert "tables/position.csv" in tables
    held = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert held == tables | {*MOST_BYTES, "paper.json", "notebook.ipynb"}
    for name, most in MOST_BYTES.items():
        assert (folder / name).stat().st_size <= most


@pytest.mark.parametrize("paper", PAPERS)
def test_the_three_documents_say_every_sentence_and_show_every_table(paper):
    notebook = nbformat.read(BURY / paper / "notebook.ipynb", as_version=4)
    said = read_contents(notebook, paper)
    for name, read in (("paper.docx", from_word), ("paper.pdf", from_pdf)):
        found = read((BURY / paper / name).read_bytes())
        assert not missing(said, found), name
        assert found.tables == rows_of(said), name
    found = from_html((BURY / paper / "paper.html").read_text(encoding="utf-8"))
    assert not missing(said, found)
    assert found.tables == rows_of(said)


@pytest.mark.parametrize("paper", PAPERS)
def test_the_documents_are_what_the_notebook_gives_now(paper):
    notebook = nbformat.read(BURY / paper / "notebook.ipynb", as_version=4)
    for name, content in render_paper(read_contents(notebook, paper)).items():
        data = content.encode() if isinstance(content, str) else content
        assert (BURY / paper / name).read_bytes() == data, f"{name}: make it again"


def test_the_pack_holds_the_newest_papers():
    folder = BURY / "pack-2025"
    record = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    assert record["papers"] == ["caseloads-2025", "rereferrals-2025", "workforce-2025"]
    for name, read in (("pack.docx", from_word), ("pack.pdf", from_pdf)):
        assert (folder / name).stat().st_size <= MOST_BYTES[name.replace("pack", "paper")]
        found = read((folder / name).read_bytes())
        for paper in record["papers"]:
            said = read_contents(nbformat.read(BURY / paper / "notebook.ipynb", as_version=4), paper)
            assert not missing(said, found), (name, paper)


def test_the_indexes_lead_to_every_document():
    tree = html5lib.parse((BURY / "index.html").read_text(encoding="utf-8"), namespaceHTMLElements=False)
    linked = {(BURY / unquote(node.get("href"))).resolve() for node in tree.iter("a")}
    papers = [*(BURY / paper / name for paper in PAPERS for name in MOST_BYTES)]
    assert {path.resolve() for path in (*papers, *BURY.glob("pack-2025/pack.[dp]*[xf]"))} <= linked
    assert 'href="bury/index.html"' in (BURY.parent / "index.html").read_text(encoding="utf-8")


def test_the_paper_on_caseloads_speaks_of_no_cause():
    text = " ".join("".join(page("caseloads-2025").itertext()).split())
    text = text.replace("is not a cause, in either direction", "")
    assert len(text) > 10_000
    assert not CAUSAL.findall(text)


@pytest.mark.parametrize("paper", PAPERS)
def test_every_number_in_the_prose_is_in_a_table(paper):
    tree = page(paper)
    cells = " ".join("".join(node.itertext()) for tag in ("td", "th") for node in tree.iter(tag))
    in_tables = set(NUMBER.findall(cells))
    prose = [
        "".join(node.itertext())
        for node in [
            *tree.iterfind(".//ul[@class='passage messages']/li"),
            *tree.iterfind(".//p[@class='passage']"),
        ]
    ]
    assert len(prose) > 4
    for sentence in prose:
        numbers = set(NUMBER.findall(NOT_FIGURES.sub("", sentence)))
        # How many of its neighbours, of the years, of the models: counted from the rows of a table.
        counts = {str(count) for count in range(26)}
        assert numbers - counts <= in_tables, sentence
