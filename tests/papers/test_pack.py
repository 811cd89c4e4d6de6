"""A pack holds its papers whole, with a contents page and a summary of one page in front."""

from __future__ import annotations

import json
import re
from io import BytesIO
from itertools import pairwise

import docx
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from analytics.charts import tabulate_position
from analytics.errors import InputError
from analytics.exhibits import FrontMatter, Passage
from analytics.papers.contents import Contents
from analytics.papers.pack import compose_pack, pack_document
from analytics.papers.record import Paper
from analytics.studies import caseloads, rereferrals
from papers.pieces import ODD, contents, exhibit
from papers.read_back import from_pdf, from_word, words
from papers.said import missing

DETAILS = (("Board", ODD), ("Agenda item", "7"))


def paper_of(study: caseloads.Study | rereferrals.Study, title: str, messages: int = 5) -> Contents:
    """Give a short paper that has its real table of position."""
    front = FrontMatter(
        title,
        study.subtitle,
        study.name,
        study.area_name,
        study.slug,
        study.year,
        "North West",
        "Item 7",
        DETAILS,
    )
    return contents(
        "## Key messages",
        Passage(tuple(f"{title}: message {number} of many." for number in range(messages)), kind="messages"),
        "## Where the authority stands",
        tabulate_position(study.position, study.caption),
        exhibit("trend"),
        head=front,
    )


@pytest.fixture(scope="module")
def papers(figures) -> list[Contents]:
    return [
        paper_of(caseloads.study(figures, "Bury", 2025), "Do they go together?"),
        paper_of(rereferrals.study(figures, "Bury", 2025), "Are rates in line?"),
    ]


@pytest.fixture(scope="module")
def pack(papers) -> Paper:
    return compose_pack(papers)


def test_a_pack_is_a_folder_beside_its_papers(pack):
    assert pack.folder.as_posix() == "bury/pack-2025"
    assert list(pack.files) == ["pack.docx", "pack.pdf", "pack.json"]
    record = json.loads(pack.files["pack.json"])
    assert record["papers"] == ["caseloads-2025", "rereferrals-2025"]
    assert record["documents"] == ["pack.docx", "pack.pdf"]
    assert (record["study"], record["area"], record["region"]) == ("pack", "Bury", "North West")
    assert record["title"] == "Children's services in Bury: 2 papers"


@pytest.mark.parametrize(("name", "read"), [("pack.docx", from_word), ("pack.pdf", from_pdf)])
def test_every_paper_is_whole_in_it(pack, papers, name, read):
    found = read(pack.files[name])
    for paper in papers:
        assert not [text for text in missing(paper, found) if "Łucja" not in text]
    messages = [words(text) for paper in papers for text in paper.key_messages]
    assert all(sum(message in text for text in found.texts) >= 2 for message in messages)


@pytest.mark.parametrize(("name", "read"), [("pack.docx", from_word), ("pack.pdf", from_pdf)])
def test_the_summary_lays_each_measure_beside_its_comparators_once(pack, name, read):
    header, *rows = next(table for table in read(pack.files[name]).tables if table[0][0] == "Comparator")
    assert header == [
        words(text)
        for text in (
            "Comparator",
            "Caseload (cases per case holder)",
            "Agency rate (%)",
            "Agency rate by headcount (%)",
            "Re-referral rate (%)",
        )
    ]
    assert rows[0] == ["Bury", "14.9", "24.2", "23.2", "26.0"]
    assert [row[0] for row in rows[1:]] == ["Statisticalneighbours,pooled", "NorthWest", "England"]


def test_the_summary_is_one_page_after_the_contents(pack):
    with pypdfium2.PdfDocument(pack.files["pack.pdf"]) as read:
        pages = [page.get_textpage().get_text_bounded() for page in read]
    assert "Children's services in Bury: 2 papers" in pages[0]
    assert pages[1].startswith("Contents")
    assert pages[2].startswith("Summary")
    assert pages[3].startswith("Do they go together?")
    assert "message 4 of many" in pages[2]


def test_the_contents_give_the_right_pages(pack):
    with pypdfium2.PdfDocument(pack.files["pack.pdf"]) as read:
        pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in read]
    for title in ("Do they go together?", "Are rates in line?"):
        numbers = re.findall(re.escape(title) + r"[ .]+(\d+)", pages[1])
        # Once in the summary, once as a paper.
        assert len(numbers) == 2
        assert pages[int(numbers[0]) - 1].startswith("Summary")
        assert pages[int(numbers[1]) - 1].startswith(title)


def test_headings_skip_no_level(pack):
    with pikepdf.open(BytesIO(pack.files["pack.pdf"])) as pdf:
        levels = [int(str(one.S)[2:]) for one in pdf.objects if heading(one)]
    assert levels.count(1) == 4  # contents, summary and two papers
    styles = [one.style.name for one in docx.Document(BytesIO(pack.files["pack.docx"])).paragraphs]
    word = [int(found[1]) for name in styles if (found := re.fullmatch(r"[Hh]eading (\d)", name))]
    assert word.count(1) == 3  # the heading of the contents is in a block of its own
    assert all(after <= before + 1 for before, after in pairwise(word))


def heading(one: object) -> bool:
    return isinstance(one, pikepdf.Dictionary) and str(one.get("/S", "")) in {"/H1", "/H2", "/H3"}


def test_a_chart_is_its_own_papers_though_two_are_named_alike(papers):
    document = pack_document(papers, {"title": "T", "subtitle": "S", "details": ()})
    anchors = [piece["anchor"] for piece in document.pieces if piece["type"] == "exhibit"]
    assert len(anchors) == len({*anchors}) == 5
    assert list(document.charts) == ["caseloads-trend", "rereferrals-trend"]


def test_a_pack_is_of_the_newest_year_among_its_papers(papers, figures):
    earlier = paper_of(rereferrals.study(figures, "Bury", 2024), "Q")
    assert compose_pack([earlier, papers[0]], formats=["html"]).folder.name == "pack-2025"


def test_a_summary_is_set_as_large_as_fits_its_page(figures):
    def size_of(messages: int) -> float:
        paper = paper_of(caseloads.study(figures, "Bury", 2025), "Q", messages=messages)
        with pypdfium2.PdfDocument(compose_pack([paper], formats=["pdf"]).files["pack.pdf"]) as read:
            texts = [page.get_textpage() for page in read]
            (summary,) = [text for text in texts if text.get_text_bounded().startswith("Summary")]
            assert f"message {messages - 1} of many" in summary.get_text_bounded()
            # The heading is set twice as large as the messages.
            return (
                max(pdfium.FPDFText_GetFontSize(summary.raw, at) for at in range(summary.count_chars())) / 2
            )

    assert size_of(5) == pytest.approx(10)
    assert 8 < size_of(38) < 10


def test_a_summary_of_many_long_messages_goes_on_to_another_page(figures):
    long = paper_of(caseloads.study(figures, "Bury", 2025), "word " * 60, messages=24)
    with pypdfium2.PdfDocument(compose_pack([long], formats=["pdf"]).files["pack.pdf"]) as read:
        pages = [page.get_textpage().get_text_bounded() for page in read]
    assert sum("message 23 of many" in page for page in pages) == 2


def test_a_pack_has_the_title_given_and_the_formats_asked_for(papers):
    pack = compose_pack(papers, ODD, ["html", "docx"])
    assert list(pack.files) == ["pack.docx", "pack.json"]
    assert json.loads(pack.files["pack.json"])["title"] == ODD


def test_papers_of_two_areas_are_refused(papers, figures):
    other = paper_of(rereferrals.study(figures, "Kent", 2025), "Q")
    with pytest.raises(InputError, match="a pack is of one area; 2 were given"):
        compose_pack([*papers, other])
