"""The index of a folder of papers: searched as a reader would, and whole without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from papers.small_folder import put
from playwright.sync_api import Browser

from analytics.figures import Figures
from analytics.papers.index import write_indexes

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def index(figures: Figures, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an index over every authority."""
    out = tmp_path_factory.mktemp("reports")
    areas = figures.areas.query("kind == 'authority' and valid_to == ''")
    for name, region in zip(areas["name"], areas["region"].map(figures.name), strict=True):
        put(out, "caseloads", name, region=region)
    return write_indexes(out)


def test_the_search_shows_the_authorities_whose_name_or_region_is_typed(
    browser: Browser, index: Path
) -> None:
    page = browser.new_page()
    faults: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(index.as_uri())
    box, status = (
        page.get_by_role("searchbox", name="Find an authority or a region"),
        page.get_by_role("status"),
    )
    names = page.locator(".areas tbody tr th").all_inner_texts()
    regions = page.locator(".areas tbody tr td:nth-child(2)").all_inner_texts()
    assert len(names) == 153

    def shown(typed: str) -> list[str]:
        box.fill(typed)
        seen = page.locator(".areas tbody tr:visible th").all_inner_texts()
        assert status.inner_text() == f"{len(seen)} of 153 authorities"
        return seen

    assert shown("BURY") == ["Bury"]
    assert shown("  bürÿ ") == ["Bury"]
    assert shown("st. helens") == shown("St Helens") == ["St. Helens"]
    region = [name for name, its in zip(names, regions, strict=True) if its == "North West"]
    assert len(region) == 24
    # Each word may stand in the name or in the region.
    assert set(region) <= set(shown("north west"))
    assert shown("north west bury") == ["Bury"]
    assert shown("zz(.*") == []
    assert shown("") == names
    assert (faults, asked) == ([], [index.as_uri()])
    page.close()


def test_without_scripts_the_whole_table_is_there_and_no_search(browser: Browser, index: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(index.as_uri())
    assert page.locator(".areas tbody tr:visible").count() == 153
    assert not page.get_by_label("Find an authority or a region").is_visible()
    context.close()
