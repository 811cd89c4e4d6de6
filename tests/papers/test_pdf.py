"""A PDF read back: tagged, titled, in English, each chart with its words, each table with its headers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest

from analytics.errors import InputError
from analytics.exhibits import Passage
from analytics.exhibits.fragments import read_template
from analytics.papers.document import Document, paper_document
from analytics.papers.fonts import printable
from analytics.papers.pdf import render_pdf
from analytics.papers.pictures import draw_pictures
from papers.pieces import ALT, ODD, SVG, contents, document, exhibit, front

HEADINGS = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")


@pytest.fixture(scope="module")
def pdf() -> pikepdf.Pdf:
    details = (("Board", "Improvement Board"), ("Agenda item", "7"))
    return opened(document(details=details, reference="Agenda item 7, 3 March 2026"))


def opened(of: Document) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(render_pdf(of)))


def elements(node: Any) -> Iterator[pikepdf.Dictionary]:
    """Give the structure of a document in the order of its reading."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from elements(one)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def tags(pdf: pikepdf.Pdf) -> list[str]:
    return [str(one["/S"]) for one in elements(pdf.Root.StructTreeRoot.K)]


def found(pdf: pikepdf.Pdf, tag: str) -> list[pikepdf.Dictionary]:
    return [one for one in elements(pdf.Root.StructTreeRoot.K) if one["/S"] == tag]


def scopes(cell: pikepdf.Dictionary) -> list[str]:
    attributes = cell["/A"] if isinstance(cell["/A"], pikepdf.Array) else [cell["/A"]]
    return [str(one["/Scope"]) for one in attributes if "/Scope" in one]


def pages(of: Document) -> list[str]:
    """Give the words of each page, spaces as one."""
    with pypdfium2.PdfDocument(render_pdf(of)) as read:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in read]


def test_it_says_that_it_is_accessible_its_title_and_its_language(pdf):
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Do referrals come back? – Bury, 2025"
    assert str(pdf.Root.Lang) == "en-GB"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_headings_are_those_of_the_paper_in_its_order(pdf):
    assert [tag for tag in tags(pdf) if tag in HEADINGS] == ["/H1", "/H2", "/H2", "/H3", "/H3", "/H2"]
    with pdf.open_outline() as outline:
        assert [one.title for one in outline.root] == ["Do referrals come back?"]
        assert [one.title for one in outline.root[0].children] == [
            "Key messages",
            "Where the area stands",
            "How this paper was made",
        ]


def test_a_chart_has_its_alt_text(pdf):
    assert [str(one["/Alt"]) for one in found(pdf, "/Figure")] == [ALT]


def test_tables_have_captions_and_headers_of_columns_and_rows(pdf):
    tables = found(pdf, "/Table")
    assert len(tables) == 2
    for table in tables:
        assert [str(one["/S"]) for one in elements(table["/K"])].count("/Caption") == 1
        rows = [one for one in elements(table["/K"]) if one["/S"] == "/TR"]
        assert len(rows) == 3
        for number, row in enumerate(rows):
            cells = [(str(cell["/S"]), *scopes(cell)) for cell in row["/K"]]
            if number == 0:
                assert cells == [("/TH", "/Column")] * 3
            else:
                assert cells == [("/TH", "/Row"), ("/TD",), ("/TD",)]
    assert not [cell for cell in found(pdf, "/TD") if any("/Headers" in one for one in cell["/A"])]


def test_lists_are_lists(pdf):
    # Details, key messages, the numbered list and that within it, the exhibit's notes, the notes on sources.
    assert tags(pdf).count("/L") == 6
    assert tags(pdf).count("/LI") == 2 + 2 + 3 + 2 + 1


def test_each_page_has_its_number_and_the_papers(pdf):
    text = pages(document(reference="Agenda item 7, 3 March 2026"))
    for number, page in enumerate(text, start=1):
        assert "Agenda item 7, 3 March 2026 · Bury: Do referrals come back?" in page
        assert f"Page {number} of {len(text)}" in page


def test_nothing_is_asked_of_another_address_but_by_a_reader_who_follows_a_link(pdf):
    actions = [
        note["/A"]
        for page in pdf.pages
        for note in page.get("/Annots", [])
        if note.get("/Subtype") == "/Link"
    ]
    assert {str(action["/S"]) for action in actions} == {"/URI"}
    assert {str(action["/URI"]).split("/")[2] for action in actions} == {
        "www.legislation.gov.uk",
        "www.nationalarchives.gov.uk",
    }
    assert "/JavaScript" not in str(pdf.Root.get("/Names", ""))
    assert "/OpenAction" not in pdf.Root


def test_every_font_is_within(pdf):
    descriptors = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one]
    assert len(descriptors) >= 3
    assert all(any(key in one for key in ("/FontFile", "/FontFile2", "/FontFile3")) for one in descriptors)
    assert all(
        "SourceSansPro" in str(one["/FontName"]) or "DejaVu" in str(one["/FontName"]) for one in descriptors
    )


def test_the_same_paper_gives_the_same_bytes(monkeypatch):
    first = render_pdf(document())
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.sleep(1.1)
    assert render_pdf(document()) == first


def test_what_a_person_typed_is_shown_as_it_stands_and_what_no_font_has_by_its_name():
    text = " ".join(pages(document(title=ODD, details=(("Board", ODD),))))
    for part in (
        'Łucja Ŵyn (slightly smiling face)(party popper) "O\'Neil" <b>bold</b> #set \\ $x$ _a_ *b*',
        "@ref",
    ):
        assert text.count(part) >= 2, part
    for part in ("7*7", "\N{HEBREW LETTER SHIN}", "\N{ARABIC LETTER SEEN}"):
        assert part in text


@pytest.mark.parametrize("title", ["word " * 80, "w" * 400])
def test_a_title_of_400_letters_is_set(title):
    text = "".join(pages(document(title=title)))
    words = text.replace(" ", "").replace("\N{ZERO WIDTH SPACE}", "")
    assert title.replace(" ", "") in words
    assert "…" in text  # the foot of the page is one line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("Dŵr, Łódź, naïve, € −1", "Dŵr, Łódź, naïve, € −1"),
        ("a\N{VARIATION SELECTOR-16}\N{ZERO WIDTH JOINER}b\x00\x07", "ab"),
        ("\N{CJK UNIFIED IDEOGRAPH-4E2D}", "(cjk unified ideograph-4e2d)"),
        ("one\ntwo", "one\ntwo"),
    ],
)
def test_letters_without_a_shape_are_named_or_left_out(text, expected):
    shown = printable(text)
    # Joiners may have a shape of no width in a font; what matters is that the words are whole.
    assert shown.replace("\N{ZERO WIDTH JOINER}", "").replace("\N{VARIATION SELECTOR-16}", "") == expected


def test_a_table_of_153_rows_repeats_its_header_on_each_page():
    rows = [[f"Authority {number}", f"{number}.5", "a note that takes some room"] for number in range(153)]
    shown = exhibit().shown
    long = shown.iloc[[0] * 153].reset_index(drop=True)
    long[:] = rows
    paper = paper_document(contents("## All", exhibit("all", shown=long)))
    text = pages(paper)
    with_rows = [page for page in text if "Authority" in page]
    assert len(with_rows) >= 3
    assert all("Area Rate (%) Note" in page for page in with_rows)
    assert sum(page.count("a note that takes some room") for page in text) == 153


def test_a_chart_without_alt_text_is_refused():
    bare = contents("## One", exhibit())
    bare.pieces[1]["alt"] = ""
    with pytest.raises(InputError, match="cannot be set as PDF: PDF/UA-1 error: missing alt text"):
        render_pdf(paper_document(bare))


def test_a_template_that_is_missing_is_named():
    with pytest.raises(InputError, match=r"the template no\.typ is missing from the package: install"):
        read_template("no.typ", "analytics.papers")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```\nprint(1)\n```", r"'print\(1\)': a paper does not print a fence"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "does not print a table.* show a table as an exhibit"),
    ],
)
def test_code_and_tables_without_a_source_are_not_printed(text, message):
    with pytest.raises(InputError, match=message):
        paper_document(contents(f"## One\n\n{text}"))


def test_charts_are_drawn_sharp_and_in_order():
    tall = SVG.replace("0 0 640 200", "0 0 320 400")
    drawn = draw_pictures({"wide": SVG, "tall": tall})
    sizes = {name: (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) for name, png in drawn.items()}
    assert sizes == {"wide": (1333, 417), "tall": (667, 833)}


def test_a_paper_of_no_exhibits_is_set():
    assert (
        "Only this." in pages(paper_document(contents("## One", Passage(("Only this.",)), head=front())))[0]
    )
