"""The explorer as an analyst meets it: JupyterLab in Chromium, a keyboard, the clipboard and a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import psutil
import pytest
from playwright.sync_api import Browser, Locator, expect

from analytics.explorer.chosen import Choice, choose, settle
from analytics.figures import Figures
from browser.laboratory import PATIENCE, Bench, Laboratory, laboratory, notebook, run_all

pytestmark = pytest.mark.browser

# Each control in the order in which Tab reaches it.
ORDER = [
    "Area", "Topic", "Find", "Measure", "From", "To", "Neighbours", "Statistical neighbours", "Its region",
    "England", "Others",
]  # fmt: skip
FOCUSED = """() => {
  const one = document.activeElement;
  return one.labels?.length ? one.labels[0].textContent : one.textContent;
}"""
# Boxes that scroll, but for the two that are meant to: the list of measures and the code.
SCROLLING = """panel => [panel, ...panel.querySelectorAll("*"), panel.closest(".jp-OutputArea-output")]
  .filter(one => !["SELECT", "TEXTAREA"].includes(one.tagName))
  .filter(one => {
    const {overflowX, overflowY} = getComputedStyle(one);
    const may = value => ["auto", "scroll"].includes(value);
    return (may(overflowY) && one.scrollHeight > one.clientHeight + 1)
      || (may(overflowX) && one.scrollWidth > one.clientWidth + 1);
  }).map(one => `${one.tagName}.${one.className}`)"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """Start a JupyterLab for all tests of this file, and see that nothing of it is left."""
    with laboratory(tmp_path_factory.mktemp("lab")) as running:
        yield running
    assert not psutil.pid_exists(running.process.pid)


@pytest.fixture(scope="module")
def bench(browser: Browser, lab: Laboratory) -> Iterator[Bench]:
    """Open the notebook and run it."""
    with notebook(browser, lab, "explore.ipynb") as opened:
        run_all(opened)
        expect(opened.page.get_by_role("img", name="Agency rate (FTE): Bury, 2017 to 2025")).to_be_visible(
            timeout=1000 * PATIENCE
        )
        yield opened


@pytest.fixture
def panel(bench: Bench) -> Locator:
    """Give the panel."""
    return bench.page.locator(".analytics-explorer")


def type_area(bench: Bench, text: str) -> None:
    """Put an area in place of the one that is there, from the keyboard."""
    bench.page.get_by_role("combobox", name="Area").focus()
    for key in ("Control+A", "Delete"):
        bench.page.keyboard.press(key)
    bench.page.keyboard.type(text)
    bench.page.keyboard.press("Enter")


def test_it_opens_with_chart_sentence_table_and_code(panel: Locator) -> None:
    expect(panel.get_by_role("heading", name="Agency rate (FTE): Bury, 2017 to 2025")).to_be_visible()
    expect(panel.get_by_text("Bury's figure was 24.2% in 2025, down from 31.5% in 2024.")).to_be_visible()
    expect(panel.get_by_role("row", name="Bury 5.6")).to_be_visible()
    code = panel.get_by_role("textbox", name="The code that makes this")
    expect(code).to_have_value(re.compile(r'figures\.resolve\("Bury"\)'))


def test_the_keyboard_reaches_every_control_in_order(bench: Bench, panel: Locator) -> None:
    bench.page.get_by_role("combobox", name="Area").focus()
    met = []
    for _ in ORDER:
        met.append(bench.page.evaluate(FOCUSED))
        bench.page.keyboard.press("Tab")
    assert met == ORDER
    for name in ("Copy the code that makes this", "Save as CSV"):
        for _ in range(30):
            if bench.page.evaluate(FOCUSED) == name:
                break
            bench.page.keyboard.press("Tab")
        assert bench.page.evaluate(FOCUSED) == name


def test_another_area_from_the_keyboard_changes_chart_and_sentence(bench: Bench, panel: Locator) -> None:
    before = panel.locator("svg[role=img]").inner_html()
    type_area(bench, "leeds")
    expect(panel.get_by_role("img", name="Agency rate (FTE): Leeds, 2017 to 2025")).to_be_visible()
    expect(panel.get_by_role("status").filter(has_text="Leeds' figure was")).to_be_visible()
    assert panel.locator("svg[role=img]").inner_html() != before


def test_a_wrong_area_is_said_and_the_chart_stays(bench: Bench, panel: Locator) -> None:
    type_area(bench, "Leeds")
    expect(panel.get_by_role("heading", name=": Leeds,")).to_be_visible()
    type_area(bench, "Burry")
    expect(panel.get_by_role("status").filter(has_text="Nearest: Bury")).to_be_visible()
    expect(panel.get_by_role("img", name=": Leeds,")).to_be_visible()
    type_area(bench, "Bury")
    expect(panel.get_by_role("img", name=": Bury,")).to_be_visible()
    expect(panel.get_by_text("Nearest: Bury")).to_be_hidden()


def test_a_measure_is_found_by_a_word_and_chosen(bench: Bench, panel: Locator) -> None:
    bench.page.get_by_role("textbox", name="Find").focus()
    bench.page.keyboard.type("caseload")
    listed = panel.get_by_role("listbox", name="Measure")
    expect(listed.get_by_role("option")).to_have_count(1)
    bench.page.keyboard.press("Tab")
    bench.page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("img", name="Average caseload (FTE): Bury")).to_be_visible()
    bench.page.get_by_role("textbox", name="Find").fill("")
    listed.select_option(label="Agency rate (FTE) (%)")
    expect(panel.get_by_role("img", name="Agency rate (FTE): Bury")).to_be_visible()


def test_keys_are_for_the_panel_and_not_for_jupyterlab(bench: Bench, panel: Locator) -> None:
    cells = bench.page.locator(".jp-Cell").count()
    said = panel.get_by_role("status").filter(has_text="Bury's figure was")
    bench.page.get_by_role("checkbox", name="England").focus()
    bench.page.keyboard.press("Space")
    expect(said).not_to_contain_text("England")
    bench.page.keyboard.press("Space")
    expect(said).to_contain_text("England")
    bench.page.get_by_role("combobox", name="To", exact=True).focus()
    bench.page.keyboard.press("ArrowUp")
    expect(panel.get_by_role("img", name="Bury, 2017 to 2024")).to_be_visible()
    bench.page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("img", name="Bury, 2017 to 2025")).to_be_visible()
    bench.page.keyboard.press("b")  # elsewhere in the notebook it would make a cell
    assert bench.page.locator(".jp-Cell").count() == cells


def test_columns_sort_by_their_figures(panel: Locator) -> None:
    panel.get_by_role("button", name="2025: Activate to sort").click()
    cells = panel.locator("tbody tr td:last-child").all_inner_texts()
    figures = [float(cell) for cell in cells]
    assert len(figures) == 14
    assert figures == sorted(figures)
    assert figures != [float(cell) for cell in sorted(cells)], "words would sort otherwise"


def test_the_code_is_copied_and_gives_the_table(bench: Bench, panel: Locator, figures: Figures) -> None:
    panel.get_by_role("button", name="Copy the code that makes this").click()
    expect(panel.get_by_text("Copied.")).to_be_visible()
    copied = bench.page.evaluate("navigator.clipboard.readText()")
    assert copied == panel.get_by_role("textbox", name="The code that makes this").input_value()
    given: dict[str, Any] = {}
    exec(compile(copied, "copied", "exec"), given)
    pd.testing.assert_frame_equal(given["table"], choose(figures, settle(figures, Choice("Bury"))))


def test_the_figures_are_saved_beside_the_notebook(panel: Locator, lab: Laboratory, figures: Figures) -> None:
    path = lab.notebooks / "bury-agency_rate_fte-2017-2025.csv"
    panel.get_by_role("button", name="Save as CSV").click()
    expect(panel.get_by_text(f"Saved: {path}")).to_be_visible()
    rows = pd.read_csv(path, keep_default_na=False)
    assert {"source", "release", "status"} <= set(rows)
    assert len(rows) == len(choose(figures, settle(figures, Choice("Bury"))))
    assert rows.query("role == 'area' and period == 2025")["value"].astype(float).tolist() == [24.2]


def test_nothing_scrolls_within_what_scrolls(panel: Locator) -> None:
    assert panel.evaluate(SCROLLING) == []


def test_jupyterlab_does_not_ask_to_fetch_its_news(bench: Bench, panel: Locator) -> None:
    expect(panel).to_be_visible()
    expect(bench.page.get_by_text("Jupyter news")).to_have_count(0)


def test_it_asks_no_other_host_and_the_console_is_quiet(bench: Bench) -> None:
    assert bench.strangers == []
    assert bench.said == []
