"""The three documents of a paper say the same, and nothing is lost when one of them cannot be made."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.errors import InputError
from analytics.exhibits import check_parts
from analytics.exhibits.fragments import fill_template
from analytics.papers import formats
from analytics.papers.formats import FORMATS, read_formats, render_paper
from papers.pieces import CAPTION, ODD, SVG, contents, exhibit, full_contents
from papers.read_back import from_html, from_pdf, from_word, words
from papers.said import missing, rows_of

READERS = {"paper.html": from_html, "paper.docx": from_word, "paper.pdf": from_pdf}


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    return render_paper(full_contents(details=(("Board", "Improvement Board"),)))


@pytest.mark.parametrize("name", READERS)
def test_each_document_says_every_sentence_and_shows_every_table(printed, name):
    read = READERS[name](printed[name])
    paper = full_contents(details=(("Board", "Improvement Board"),))
    assert not missing(paper, read)
    assert read.tables[-2:] == rows_of(paper)


@pytest.mark.parametrize("name", READERS)
def test_a_sentence_left_out_would_be_found(printed, name):
    read = READERS[name](printed[name])
    read.texts.remove(words("Second message."))
    assert missing(full_contents(), read) == [words("Second message.")]


def test_only_what_was_asked_for_is_made():
    for one, name in zip(FORMATS, READERS, strict=True):
        assert list(render_paper(full_contents(), [one])) == [name]


@pytest.mark.parametrize(
    ("text", "expected"), [("html", ("html",)), ("pdf,html", ("html", "pdf")), (" DOCX , docx,", ("docx",))]
)
def test_formats_are_read(text, expected):
    assert read_formats(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("word", r"format 'word': there is none of that name\. Nearest: .*Choose from html, docx, pdf"),
        ("html,dox", r"format 'dox'.*Nearest: docx"),
        (" , ", r"format ' , ': none is named\. Choose from html, docx, pdf"),
    ],
)
def test_other_formats_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        read_formats(text)


@pytest.mark.parametrize("part", ["title", *CAPTION])
@pytest.mark.parametrize("text", ["", " ", "TODO", "tbc.", "Placeholder", "[figure]", "lorem ipsum dolor"])
def test_an_exhibit_whose_part_is_missing_or_a_placeholder_is_named(part, text):
    with pytest.raises(ValueError, match=rf"exhibit 'trend': {part} (is empty|says no more than)"):
        exhibit(**{part: text})


@pytest.mark.parametrize("alt", ["", "Chart", "a chart of rates", "Bury's rate rose"])
def test_alt_text_gives_a_message(alt):
    with pytest.raises(ValueError, match="exhibit 'trend': a chart needs alt text"):
        exhibit(alt=alt, title="Bury's rate rose")
    with pytest.raises(ValueError, match="exhibit 'trend': a chart needs alt text"):
        exhibit(alt="The rate rose over two years", title="The rate rose over two years")


def test_a_payload_is_held_to_the_same():
    payload = exhibit().payload()
    check_parts(payload)
    del payload["source"]
    with pytest.raises(ValueError, match="exhibit 'trend': source is empty"):
        check_parts(payload)


def test_a_table_without_rows_has_to_say_so():
    with pytest.raises(ValueError, match="exhibit 'trend': the table shown has no rows; say"):
        exhibit(shown=exhibit().shown.iloc[:0])


def test_what_a_person_typed_is_in_all_three():
    printed = render_paper(full_contents(title=ODD, details=(("Board", ODD),)))
    shown = words("Łucja Ŵyn")
    for name, read in READERS.items():
        assert sum(shown in text for text in read(printed[name]).texts) >= 1, name
    assert "<b>bold" not in printed["paper.html"]


def test_a_template_that_is_missing_is_named():
    with pytest.raises(
        InputError, match=r"the template no\.html\.j2 is missing from the package: install the"
    ):
        fill_template("no.html.j2")


def test_a_format_that_fails_says_which_paper(monkeypatch):
    broken = contents("## One", exhibit(svg=SVG.replace("</svg>", "")))
    with pytest.raises(InputError, match="'Do referrals come back"):
        formats.render_paper(broken, ["pdf"])
