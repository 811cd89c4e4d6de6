from __future__ import annotations

import re
from io import StringIO
from typing import Any

import html5lib
import pandas as pd
import pytest

from analytics.exhibits import MIME, Exhibit, FrontMatter, Passage
from analytics.exhibits.fragments import markup, numeric_columns

SHOWN = pd.DataFrame({"Area": ["Bury", "Kent"], "Rate (%)": ["21.4", "c"]})
TABLE = pd.DataFrame({"area": ["Bury", "Kent"], "value": [21.4, None], "status": ["", "c"]})
ODD = '<script>alert(1)</script> {{7*7}} "quoted" & Ŵyn'


def exhibit(**other: Any) -> Exhibit:
    parts = {
        "name": "position",
        "title": "One in five came back",
        "measure": "Re-referrals",
        "unit": "%",
        "population": "Referrals",
        "geography": "Bury and Kent",
        "period": "2025",
        "source": "Department for Education",
        "table": TABLE,
        "shown": SHOWN,
    }
    return Exhibit(**{**parts, **other})


def words(html: str) -> str:
    return "".join(html5lib.parseFragment(html, namespaceHTMLElements=False).itertext())


def test_an_exhibit_is_a_figure_with_all_that_a_reader_needs() -> None:
    tree = html5lib.parseFragment(
        markup(exhibit(notes=("c: suppressed",)).payload()), namespaceHTMLElements=False
    )
    figure = tree.find("figure")
    assert [node.tag for node in figure] == ["h3", "div", "figcaption"]
    caption = "".join(figure.find("figcaption").itertext())
    for text in (
        "Re-referrals (%)",
        "Referrals",
        "Bury and Kent",
        "2025",
        "Department for Education",
        "suppressed",
    ):
        assert text in caption
    assert figure.find(".//a").get("href") == "tables/position.csv"


def test_a_chart_is_inlined_as_it_was_drawn() -> None:
    svg = '<svg role="img"><title>t</title><desc>d</desc></svg>'
    html = markup(exhibit(svg=svg, alt="words that give the chart's message", shown=None).payload())
    assert svg in html
    assert "<table" not in html


@pytest.mark.parametrize("part", ["title", "measure", "unit", "population", "geography", "period", "source"])
def test_every_part_of_an_exhibit_is_required_and_escaped(part: str) -> None:
    with pytest.raises(ValueError, match=f"exhibit 'position': {part} is empty"):
        exhibit(**{part: " "})
    html = markup(exhibit(**{part: ODD}).payload())
    assert "<script" not in html
    assert ODD in words(html)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"svg": "<svg></svg>", "alt": "A chart"}, "alt text"),
        ({"shown": None}, "neither a chart nor a table"),
        ({"table": TABLE.drop(columns="status")}, "no status column"),
        ({"shown": SHOWN.replace("c", "")}, "empty cell"),
        ({"shown": SHOWN.replace("c", None)}, "empty cell"),
    ],
)
def test_an_incomplete_exhibit_is_refused(other: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"exhibit 'position': .*{message}"):
        exhibit(**other)


def test_cells_notes_and_headers_are_escaped() -> None:
    shown = pd.DataFrame({"Area": [ODD], ODD: [ODD]})
    html = markup(exhibit(shown=shown, notes=(ODD,)).payload())
    assert "<script" not in html
    assert words(html).count(ODD) == 4


def test_numbers_are_aligned_where_most_cells_are_numbers() -> None:
    rows = [
        ["2025", "1.2", "c", "+3", "−0.1 to 2.0", "31 March 2025"],
        ["2024", "−0.4", "x", "up", "£1,250", "30 June 2025"],
        ["2023", "-0.4%", "9", "c", "no data", "1 of 2 areas"],
    ]
    assert numeric_columns(rows) == [False, True, False, False, True, False]
    assert numeric_columns([]) == []


def test_a_table_comes_back_from_its_payload() -> None:
    table = pd.read_csv(StringIO(exhibit().payload()["table"]))
    pd.testing.assert_frame_equal(table[["area", "value"]], TABLE[["area", "value"]])
    assert list(table["status"].fillna("")) == ["", "c"]


def test_a_passage_is_a_paragraph_or_a_list() -> None:
    assert (
        markup(Passage(("One.", "Two < three.")).payload()) == '<p class="passage">One. Two &lt; three.</p>\n'
    )
    assert markup(Passage(("One.", "Two."), kind="messages").payload()).count("<li>") == 2
    with pytest.raises(ValueError, match="kind 'mesages'"):
        Passage(("One.",), kind="mesages")
    with pytest.raises(ValueError, match="at least one sentence"):
        Passage(("One.", " "))


def test_front_matter_lists_only_what_was_given() -> None:
    front = FrontMatter("Title", "Subtitle", "caseloads", "Bury", "bury", 2025)
    assert "<dl>" not in markup(front.payload())
    given = FrontMatter(ODD, "Subtitle", "caseloads", "Bury", "bury", 2025, details=(("Board", ODD),))
    html = markup(given.payload())
    assert html.count("<dt>") == 1
    assert words(html).count(ODD) == 2


def test_jupyter_shows_the_same_block_with_its_style() -> None:
    bundle = exhibit()._repr_mimebundle_()
    assert bundle[MIME] == exhibit().payload()
    assert markup(exhibit().payload()) in bundle["text/html"]
    style = re.search(r"<style>(.*)</style>", bundle["text/html"], re.DOTALL)
    assert style is not None
    selectors = re.findall(r"^([^{}]+)\{", style.group(1), re.MULTILINE)
    # A rule for a bare element would restyle the whole of JupyterLab.
    assert all(one.startswith(".") for text in selectors for one in text.strip().split(", "))
