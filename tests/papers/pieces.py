"""Documents of real blocks, with what a council may type in them, for tests of Word and PDF."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analytics.exhibits import Block, Exhibit, FrontMatter, Passage
from analytics.papers.contents import Contents
from analytics.papers.document import Document, paper_document

# Quotes, angle brackets, Welsh and Polish letters, emoji, Hebrew and Arabic, and signs of markup.
ODD = (
    'Łucja Ŵyn \N{SLIGHTLY SMILING FACE}\N{PARTY POPPER} "O\'Neil" <b>bold</b> #set \\ $x$ _a_ *b* '
    "\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}\N{HEBREW LETTER VAV}\N{HEBREW LETTER FINAL MEM} "
    "\N{ARABIC LETTER SEEN}\N{ARABIC LETTER LAM}\N{ARABIC LETTER ALEF}\N{ARABIC LETTER MEEM} {{7*7}} @ref"
)
ALT = "The rate rose from 19.8% in 2024 to 21.4% in 2025."
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 200">'
    '<path d="M40 150 L560 60" stroke="#12436D" stroke-width="3" fill="none"/>'
    '<text x="568" y="64" style="font-size: 14px; font-family: Arial, Helvetica, sans-serif">Bury</text>'
    "</svg>"
)
SHOWN = pd.DataFrame({"Area": ["Bury", "Kent"], "Rate (%)": ["21.4", "c"], "Note": ["up", "down"]})
CAPTION = {
    "measure": "Re-referrals within 12 months",
    "unit": "%",
    "population": "referrals in the year",
    "geography": "Bury and Kent",
    "period": "year to 31 March 2025",
    "source": "Department for Education, Children in need",
}


def exhibit(name: str = "trend", **other: Any) -> Exhibit:
    table = pd.DataFrame({"value": [21.4, None], "status": ["", "c"]})
    parts = {"title": "Bury's rate rose", "table": table, "shown": SHOWN, "svg": SVG, "alt": ALT, **CAPTION}
    return Exhibit(name=name, **{**parts, **other})


def front(**other: Any) -> FrontMatter:
    parts = {
        "title": "Do referrals come back?",
        "subtitle": "Bury, year to 31 March 2025",
        "study": "rereferrals",
    }
    return FrontMatter(
        **{**parts, "area": "Bury", "slug": "bury", "year": 2025, "data_sha256": "ab" * 32, **other}
    )


def contents(*items: Block | str, head: FrontMatter | None = None) -> Contents:
    """Give the contents of a paper of these blocks and text cells."""
    pieces = [{"type": "prose", "text": item} if isinstance(item, str) else item.payload() for item in items]
    return Contents((head or front()).payload(), tuple(pieces))


def full_contents(**head: Any) -> Contents:
    """Give a paper with one of everything."""
    return contents(
        "## Key messages",
        Passage(("First < message.", "Second message."), kind="messages"),
        "## Where the area stands\n\nIt **matters** *so*, see [the law](https://www.legislation.gov.uk/).\n\n"
        "1. one\n   - within\n2. two\n\n> said\n\n---\n\nAnd `this`.",
        exhibit(notes=("c: suppressed", "A second note.")),
        Passage(("It rose.", "None of the others did.")),
        exhibit("position", title="One in five came back", svg="", alt=""),
        Passage(("Source: https://example.org/a.",), kind="notes"),
        head=front(**head),
    )


def document(**head: Any) -> Document:
    return paper_document(full_contents(**head))
