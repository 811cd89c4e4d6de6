"""The page and the text: whole, self-contained, and the same numbers in both."""

from __future__ import annotations

import re
from datetime import date

import html5lib
import pandas as pd
import pytest

from analytics.folders import home
from analytics.health import OK, TO_KNOW, WRONG, Answer, Health, Table, check_folder
from analytics.health.page import MOST_ROWS, render_page
from analytics.health.text import render_text

ODD = '<script>alert(1)</script> & "quoted" {{ 7*7 }}'
X = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def health() -> Health:
    return check_folder(home() / "data" / "processed", date(2026, 11, 26))


@pytest.fixture(scope="module")
def page(health: Health) -> str:
    return render_page(health)


def made(verdict: str, rows: int, words: str = "none") -> Health:
    cells = pd.DataFrame({"Area": [f"Area {place}" for place in range(rows)], "Said": words})
    table = Table("made", words, cells, cells, brief=True)
    return Health(date(2026, 11, 26), {}, (Answer("made", words, verdict, (words,), {}, (table,), (words,)),))


def test_it_is_valid_html(page: str) -> None:
    parser = html5lib.HTMLParser(strict=True)
    tree = parser.parse(page)
    assert tree.get("lang") == "en-GB"
    assert len(tree.findall(f".//{X}h1")) == 1
    for answer_id in ("integrity", "age", "coverage", "symbols", "revisions"):
        assert tree.find(f".//{X}h2[@id='{answer_id}']") is not None


def test_it_loads_nothing(page: str) -> None:
    tree = html5lib.parse(page)
    loading = [e for name in ("script", "img", "iframe", "object", "source") for e in tree.iter(f"{X}{name}")]
    assert not loading
    assert [link.get("href") for link in tree.iter(f"{X}link")] == ["data:,"]
    assert not re.search(r"@import|url\(", page)


def test_the_summary_comes_first_and_links_to_every_section(page: str, health: Health) -> None:
    main = next(html5lib.parse(page).iter(f"{X}main"))
    headings = ["".join(e.itertext()) for e in main if e.tag in (f"{X}h2", f"{X}h3")]
    assert headings[:3] == ["Summary", "To know: 7 of 10", "OK: 3 of 10"]
    assert headings[3:] == [answer.title for answer in health.answers]
    links = [e.get("href") for e in main.iter(f"{X}a")]
    assert {f"#{answer.name}" for answer in health.answers} == set(links)


def test_every_table_has_a_caption_header_cells_and_all_its_rows(page: str, health: Health) -> None:
    tables = list(html5lib.parse(page).iter(f"{X}table"))
    shown = [one.shown for answer in health.answers for one in answer.tables if len(one.shown)]
    assert len(tables) == len(shown)
    for table, words in zip(tables, shown, strict=True):
        assert "".join(table.find(f"{X}caption").itertext()).strip()
        assert [e.text for e in table.findall(f"{X}thead/{X}tr/{X}th[@scope='col']")] == list(words.columns)
        rows = table.findall(f"{X}tbody/{X}tr")
        cells = [[cell.text for cell in row] for row in rows]
        assert cells == words.to_numpy().tolist()
        assert all(row[0].get("scope") == "row" for row in rows)


@pytest.mark.parametrize(("rows", "folded"), [(MOST_ROWS, False), (MOST_ROWS + 1, True)])
def test_long_tables_are_folded(rows: int, folded: bool) -> None:
    assert ("<details>" in render_page(made(TO_KNOW, rows))) is folded


def test_words_from_outside_are_words() -> None:
    page = render_page(made(WRONG, 2, ODD))
    assert "<script" not in page
    assert "49" not in page.split("<body>")[1]
    assert ODD in "".join(html5lib.parse(page).itertext())


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (OK, "Nothing is wrong with the tables."),
        (TO_KNOW, "Nothing is wrong with the tables, and there is something to know of them."),
        (WRONG, "Something is wrong with the tables."),
    ],
)
def test_the_verdict_is_said_first(verdict: str, said: str) -> None:
    one = made(verdict, 1)
    assert render_text(one).splitlines()[1] == said
    assert f"26 November 2026. {said}</p>" in render_page(one)


def test_the_text_is_narrow_plain_and_short(health: Health) -> None:
    text = render_text(health)
    assert max(map(len, text.splitlines())) <= 100
    assert text.isascii()
    assert len(text.splitlines()) < 110


def test_both_state_the_same_sentences(page: str, health: Health) -> None:
    text = " ".join(render_text(health).split())
    words = " ".join("".join(html5lib.parse(page).itertext()).split())
    for answer in health.answers:
        for sentence in answer.sentences:
            assert sentence in text
            assert sentence in words


def test_the_text_gives_the_first_rows_and_says_how_many_more() -> None:
    lines = [line.strip() for line in render_text(made(TO_KNOW, 20)).splitlines()]
    assert lines[-4:] == ["Area 0  none", "Area 1  none", "Area 2  none", "17 more in the page"]
