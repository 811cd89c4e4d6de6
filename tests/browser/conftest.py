"""One browser for all tests, and each page opened once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from analytics.folders import REPOSITORY
from browser.browsing import ARGUMENTS, Visit, find_chromium, visiting
from browser.made import MADE, write_made

REPORTS = REPOSITORY / "reports"
COMMITTED = tuple(path.relative_to(REPOSITORY).as_posix() for path in sorted(REPORTS.rglob("*.html")))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; where there is none every test of a page fails and says so."""
    try:
        executable = find_chromium()
    except LookupError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the pages that are made for these tests."""
    folder = tmp_path_factory.mktemp("made")
    write_made(folder)
    return folder


@pytest.fixture(scope="session", params=[*COMMITTED, *(f"made/{name}" for name in MADE)])
def visit(request: pytest.FixtureRequest, browser: Browser, made: Path) -> Iterator[Visit]:
    """Open a page of the repository, or one made here, for all tests of it in turn."""
    name = request.param
    path = made / name.removeprefix("made/") if name.startswith("made/") else REPOSITORY / name
    with visiting(browser, path) as opened:
        yield opened
