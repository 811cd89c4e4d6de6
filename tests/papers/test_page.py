"""What a page is made of, and what is never printed; no kernel is needed for either."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import nbformat
import pandas as pd
import pytest

from analytics.errors import InputError
from analytics.exhibits import Block, Exhibit, Finding, FrontMatter, Passage
from analytics.papers.contents import Contents, read_contents
from analytics.papers.page import render_page
from analytics.papers.record import record_paper
from papers.small_notebook import code, prose

SHOWN = pd.DataFrame({"Area": ["Bury", "Kent"], "Rate (%)": ["21.4", "−0.3"], "Note": ["up", "down"]})
FRONT = FrontMatter("Question?", "Bury, 2025", "rereferrals", "Bury", "bury", 2025, data_sha256="cd" * 32)


def exhibit(name: str = "position", **other: Any) -> Exhibit:
    parts = dict.fromkeys(("measure", "unit", "population", "geography", "period", "source"), "some words")
    table = pd.DataFrame({"value": [1.0], "status": [""]})
    return Exhibit(**{"name": name, "title": "A finding", "shown": SHOWN, "table": table, **parts, **other})


def executed(*items: Block | str) -> nbformat.NotebookNode:
    """Give a notebook as a kernel leaves it: markdown cells and cells that showed a block."""
    notebook = nbformat.v4.new_notebook()
    for item in items:
        cell = prose(item) if isinstance(item, str) else code("shown()")
        if not isinstance(item, str):
            cell.outputs = [nbformat.v4.new_output("execute_result", data=item._repr_mimebundle_())]
        notebook.cells.append(cell)
    return notebook


def contents(*items: Block | str) -> Contents:
    return read_contents(executed(*items), "small.ipynb")


def page(*items: Block | str) -> str:
    return render_page(contents(FRONT, *items))


def parsed(text: str) -> Element:
    """Parse a page as a browser does, and fail on what the standard calls an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def full_page() -> str:
    more = exhibit("more", title="Another finding")
    return page("## One", exhibit(), "### Below\n\n- a\n- b", "## Two", Passage(("Said.",)), more)


def test_headings_begin_with_one_h1_and_skip_no_level() -> None:
    headings = [node.tag for node in parsed(full_page()).iter() if node.tag in {"h1", "h2", "h3", "h4"}]
    assert headings == ["h1", "h2", "h3", "h3", "h2", "h3", "h2"]


def test_a_page_states_its_language_title_and_landmarks() -> None:
    tree = parsed(full_page())
    assert tree.get("lang") == "en-GB"
    assert tree.findtext(".//title") == "Question? – Bury, 2025"
    assert [node.tag for node in tree.find("body")] == ["a", "header", "nav", "main", "footer"]
    assert tree.find("body/a").get("href") == "#" + tree.find("body/main").get("id")


def test_every_reference_inside_the_page_has_its_end() -> None:
    tree = parsed(full_page())
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    links = [node.get("href", "") for node in tree.iter("a")]
    labels = [node.get("aria-labelledby", "") for node in tree.iter()]
    wanted = {link[1:] for link in links if link.startswith("#")} | {
        word for text in labels for word in text.split()
    }
    assert wanted <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_table_has_a_caption_and_header_cells() -> None:
    tree = parsed(full_page())
    table = tree.find(".//table")
    assert table.findtext("caption/span") == "some words (some words): some words"
    assert [node.get("scope") for node in table.findall("thead/tr/th")] == ["col"] * 3
    assert [node.get("scope") for node in table.findall("tbody/tr/th")] == ["row"] * 2
    assert [node.get("class") for node in table.findall("tbody/tr/td")] == ["number", None] * 2
    region = tree.find(".//figure/div[@class='scroll']")
    assert (region.get("role"), region.get("tabindex")) == ("region", "0")


def test_a_page_asks_nothing_of_anyone() -> None:
    text = page(
        "## Seen\n\n![chart](https://example.org/x.png)\n\n<img src=https://example.org/y.png>", exhibit()
    )
    tree = parsed(text)
    tags = {node.tag for node in tree.iter()}
    assert not tags & {"script", "img", "iframe", "object", "embed", "video", "audio", "form"}
    assert not [node for node in tree.iter() if node.get("src")]
    assert [node.get("href") for node in tree.iter("link")] == ["data:,"]
    assert "@import" not in text
    assert "url(" not in text


def test_inline_style_is_not_used() -> None:
    assert not [node for node in parsed(full_page()).iter() if node.get("style")]


def test_the_command_in_the_footer_quotes_the_area() -> None:
    front = FrontMatter("Question?", "S", "caseloads", "Bristol, City of", "bristol-city-of", 2024)
    code_text = [node.text for node in parsed(render_page(contents(front))).findall(".//footer//code")]
    assert "analytics paper --study caseloads --area 'Bristol, City of' --year 2024" in code_text


@pytest.mark.parametrize("word", ["nan", "NaN", "None", "inf", "-inf", "<NA>", "nan%"])
def test_a_missing_number_is_never_printed(word: str) -> None:
    with pytest.raises(InputError, match=r"rereferrals, the passage that begins 'It was"):
        page("## One", Passage((f"It was {word} in 2025.",)))
    with pytest.raises(InputError, match=r"rereferrals, exhibit 'position'"):
        page("## One", exhibit(shown=SHOWN.replace("21.4", word)))
    with pytest.raises(InputError, match="the front matter"):
        render_page(contents(FrontMatter("Q", word, "rereferrals", "Bury", "bury", 2025)))
    svg = f"<svg><text>{word.replace('<', '&lt;')}</text></svg>"
    with pytest.raises(InputError, match="exhibit 'drawn'"):
        page("## One", exhibit("drawn", svg=svg, alt="words that give the chart's message"))


@pytest.mark.parametrize(
    "text", ["None of them rose.", "Nan Jones informed Information.", "infinite finance"]
)
def test_words_that_only_look_like_one_are_printed(text: str) -> None:
    assert text in page("## One", Passage((text,)))


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (("# Another title",), r"heading 'Another title': level 1"),
        (("### Too deep",), r"heading 'Too deep': level 3"),
        ((exhibit(),), r"heading 'A finding': level 3"),
        (("## One\n\n#### Skipped",), r"heading 'Skipped': level 4"),
    ],
)
def test_headings_out_of_order_are_refused(items: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InputError, match=f"rereferrals, {message}"):
        page(*items)


def test_a_page_too_large_to_circulate_is_refused() -> None:
    with pytest.raises(InputError, match="the most is 400,000"):
        page("## One", Passage(("word " * 80_000,)))


@pytest.mark.parametrize("fronts", [0, 2])
def test_one_front_matter_is_expected(fronts: int) -> None:
    with pytest.raises(InputError, match=rf"small\.ipynb: {fronts} cells show front matter"):
        contents(*[FRONT] * fronts, "## One")


def test_an_exhibits_name_stands_once() -> None:
    with pytest.raises(InputError, match=r"small\.ipynb: 2 exhibits are named 'position'"):
        contents(FRONT, exhibit(), exhibit())


@pytest.mark.parametrize("name", ["../x", "a b", "A", "x.csv", "", "-"])
def test_names_that_cannot_be_files_are_refused(name: str) -> None:
    notebook = executed(FRONT, exhibit())
    for number, key in ((0, "slug"), (0, "study"), (1, "name")):
        payload = next(iter(notebook.cells[number].outputs[0].data.values()))
        before, payload[key] = payload[key], name
        with pytest.raises(InputError, match="cannot name a file"):
            read_contents(notebook, "small.ipynb")
        payload[key] = before


@pytest.mark.parametrize("part", ["title", "source", "unit"])
def test_an_exhibit_of_an_executed_notebook_is_held_to_its_parts(part: str) -> None:
    notebook = executed(FRONT, "## One", exhibit())
    payload = next(iter(notebook.cells[2].outputs[0].data.values()))
    payload[part] = " TODO "
    with pytest.raises(
        InputError, match=rf"rereferrals, exhibit 'position': {part} says no more than 'TODO'\."
    ):
        read_contents(notebook, "small.ipynb")


def test_a_year_is_a_whole_number() -> None:
    with pytest.raises(InputError, match=r"year of the front matter is '\.\./x'"):
        contents(FrontMatter("Q", "S", "rereferrals", "Bury", "bury", "../x"))  # type: ignore[arg-type]


def test_a_cell_that_ended_in_an_error_is_named() -> None:
    notebook = executed(FRONT)
    failed = code("position = study.position")
    failed.outputs = [nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])]
    notebook.cells.append(failed)
    with pytest.raises(
        InputError, match=r"small\.ipynb: the cell 'position = study\.position' ended in KeyError"
    ):
        read_contents(notebook, "small.ipynb")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), "nan"])
def test_a_finding_is_a_number_or_nothing(value: float | str) -> None:
    finding = Finding("rate", value, "%")
    front = FrontMatter("Q", "S", "rereferrals", "Bury", "bury", 2025, findings=(finding,))
    with pytest.raises(InputError, match="finding 'rate'"):
        record_paper(contents(front), {}, documents={}, executed=nbformat.v4.new_notebook())
