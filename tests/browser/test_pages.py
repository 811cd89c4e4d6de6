"""Every page that is committed or made here, as people and their browsers meet it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from browser import axe_rules, document_rules, layout_rules
from browser.browsing import Visit, visiting

pytestmark = pytest.mark.browser

DESK, TABLET, TELEPHONE = 1280, 768, 320  # CSS pixels; 320 is also a desk at 400% zoom
SHEET = 658  # A4 less the margins of print.css: 174 mm


def report(visit: Visit, faults: list[str]) -> None:
    """Fail with all faults of a page at once."""
    assert not faults, "\n  ".join([f"{visit.path}: {len(faults)} faults", *faults])


@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_axe_finds_nothing(visit: Visit, width: int) -> None:
    found = axe_rules.run_axe(visit.at(width))
    report(visit, axe_rules.violations(found) + axe_rules.left_open(found))


def test_text_stands_out(visit: Visit) -> None:
    report(visit, axe_rules.faint_texts(visit.at(DESK)))


@pytest.mark.parametrize(
    "rule",
    [
        document_rules.head_at_fault,
        document_rules.headings_out_of_order,
        document_rules.charts_without_words,
        document_rules.tables_without_headers,
    ],
)
def test_a_page_is_marked_up(visit: Visit, rule: document_rules.Rule) -> None:
    report(visit, rule(visit.at(DESK)))


def test_links_lead_somewhere(visit: Visit) -> None:
    report(visit, document_rules.links_without_ends(visit.at(DESK), visit.path))


def test_it_can_be_read_by_keyboard(visit: Visit) -> None:
    faults = document_rules.skip_link_at_fault(visit.anew(DESK))
    report(visit, faults + layout_rules.focus_unseen(visit.anew(DESK)))


@pytest.mark.parametrize("width", [DESK, TABLET, TELEPHONE])
def test_text_stays_in_the_window(visit: Visit, width: int) -> None:
    page = visit.at(width, 640)
    faults = layout_rules.wider_than_window(page) + layout_rules.spaced_out(page)
    report(visit, faults + layout_rules.regions_without_keys(page))


@pytest.mark.parametrize("width", [DESK, TABLET, TELEPHONE])
def test_charts_can_be_read(visit: Visit, width: int) -> None:
    page = visit.at(width)
    faults = layout_rules.texts_outside_charts(page) + layout_rules.texts_over_texts(page)
    report(visit, faults + layout_rules.texts_too_small(page))


def test_nothing_is_lost_without_scripts(visit: Visit, browser: Browser) -> None:
    with visiting(browser, visit.path, scripts=False) as without:
        report(visit, document_rules.lost_without_scripts(visit.at(DESK), without.at(DESK)))


def test_it_prints_whole(visit: Visit) -> None:
    page = visit.at(SHEET, media="print")
    faults = layout_rules.wrong_on_paper(page) + layout_rules.words_broken_in_tables(page)
    report(visit, faults + layout_rules.missing_from_pdf(page, layout_rules.print_page(page)))


def test_it_asks_nothing_of_anyone_and_complains_of_nothing(visit: Visit) -> None:
    visit.anew(DESK)
    report(visit, visit.strangers + visit.said)
