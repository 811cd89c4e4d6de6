"""One Chromium, and pages opened in it from files: what they ask for and what they say is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route

NAMES = ("chromium", "chromium-browser", "google-chrome")
# It neither updates nor reports anything; a container has no sandbox of the kind it wants.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
HEIGHT = 900


def find_chromium() -> str:
    """Give the path of a Chromium: the one that CHROMIUM names, or the first on the path.

    Raises:
        LookupError: there is none.
    """
    wanted = (os.environ["CHROMIUM"],) if os.environ.get("CHROMIUM") else NAMES
    found = next(filter(None, map(shutil.which, wanted)), None)
    if found is None:
        raise LookupError(
            f"No browser was found; looked for {', '.join(wanted)}. "
            "Install Chromium (on Debian: apt-get install chromium), or name one: CHROMIUM=/path/to/chromium."
        )
    return found


@dataclass
class Visit:
    """A page that is open: `strangers` are addresses that it asked for, `said` what the console holds."""

    page: Page
    path: Path
    strangers: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def at(self, width: int, height: int = HEIGHT, media: str = "screen") -> Page:
        """Show the page from its top in a window of that size in CSS pixels, on screen or as for print."""
        self.page.emulate_media(media="print" if media == "print" else "screen")
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate("scrollTo(0, 0)")
        return self.page

    def anew(self, width: int) -> Page:
        """Load the page again, with nothing in focus."""
        self.page.goto(self.path.as_uri())
        return self.at(width)


@contextmanager
def visiting(browser: Browser, path: Path, scripts: bool = True) -> Iterator[Visit]:
    """Open a file by its own address, so that its links lead where they do for a reader."""
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": HEIGHT})
    try:
        visit = Visit(context.new_page(), path)
        _listen(context, visit)
        visit.page.goto(path.as_uri())
        yield visit
    finally:
        context.close()


def _listen(context: BrowserContext, visit: Visit) -> None:
    home = visit.path.parent.as_uri() + "/"

    def asked(route: Route) -> None:
        address = route.request.url
        if address.startswith((home, "data:")):
            route.continue_()
        else:
            visit.strangers.append(address)
            route.abort()

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            visit.said.append(f"{message.type}: {message.text}")

    context.route("**/*", asked)
    visit.page.on("console", said)
    visit.page.on("pageerror", lambda error: visit.said.append(f"page error: {error.message}"))
