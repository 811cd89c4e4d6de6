"""Pages made for the browser: what a council may type at its most awkward, and indexes over them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import nbformat
import pandas as pd
from papers.pieces import ODD, contents, exhibit, front

from analytics.exhibits import Passage
from analytics.folders import home
from analytics.health import Health, check_folder
from analytics.health.integrity import Fault, integrity
from analytics.health.page import render_page as render_page_of_health
from analytics.papers.contents import Contents
from analytics.papers.index import write_indexes
from analytics.papers.page import render_page
from analytics.papers.record import record_paper, write_paper

UNBROKEN = "Gwasanaethauplantżółtaśćjaźń" * 14 + "Hyd400!!"
ADDRESS = "https://www.example.org/" + "statistics/children-in-need/" * 14 + "table_c3.csv?download=1"
# A line of Welsh, one of Polish, one each that runs from right to left, and one of pictures.
LANGUAGES = (
    "Ŵyneb, tŷ a gwên: adroddiad i'r bwrdd gwella am blant sydd angen gofal a chymorth.",
    "Zażółć gęślą jaźń – sprawozdanie dla rady.",
    "\N{ARABIC LETTER TEH}\N{ARABIC LETTER QAF}\N{ARABIC LETTER REH}\N{ARABIC LETTER YEH}"
    "\N{ARABIC LETTER REH} 21.4% (2025)",
    "\N{HEBREW LETTER DALET}\N{HEBREW LETTER VAV}\N{HEBREW LETTER HET} 21.4% (2025)",
    "\N{SLIGHTLY SMILING FACE}\N{PARTY POPPER}\N{FAMILY}",
)
PROSE = f"""## {UNBROKEN}

See [{ADDRESS}]({ADDRESS}), `{ADDRESS}`, {ADDRESS} and **{UNBROKEN}**.

### {ODD.replace("<", "&lt;").replace("_", " ").replace("*", " ")}

- {UNBROKEN}
  1. {UNBROKEN}

> {UNBROKEN}
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="drawn-name drawn-alt"'
    ' viewBox="0 0 648 200"><title id="drawn-name">Re-referrals rose</title>'
    '<desc id="drawn-alt">The rate rose from 19.8% in 2024 to 21.4% in 2025.</desc>'
    '<path d="M40 150 L560 60" stroke="#12436D" stroke-width="3" fill="none"/>'
    # As wide as charts are drawn, with letters as small as theirs may be.
    '<text x="568" y="64" style="font-size: 9px; font-family: Arial, sans-serif">Bury</text></svg>'
)
# Names of papers and their areas, and the pages that `write_made` writes.
NAMES = ("longest", "fullest", "barest")
HEALTH = ("check", "unfolded", "wrong")
MADE = (
    *(f"{name}/{name}-2025/paper.html" for name in NAMES),
    "index.html",
    *(f"{name}/index.html" for name in NAMES),
    *(f"health/{name}.html" for name in HEALTH),
)


def wide_table() -> pd.DataFrame:
    """Give a table of 153 rows and 9 columns, as the longest of neighbours' would be."""
    names = [f"Authority {place}" for place in range(150)]
    rows = [
        [name, "21.4", "−0.3", "1,204", "c", "19.8 to 23.1", "low", "no data", f"{place} of 153"]
        for place, name in enumerate(["Bournemouth, Christchurch and Poole", UNBROKEN, ODD, *names], start=1)
    ]
    headers = ["Authority", "Rate (%)", "Change (percentage points)", "Referrals", "Repeat plans (%)"]
    return pd.DataFrame(rows, columns=[*headers, "95% interval (%)", "Reliability", UNBROKEN[:60], "Rank"])


def longest() -> Contents:
    """Give a paper in which everything is as long as it can be."""
    head = front(
        study="longest",
        slug="longest",
        area=ODD,
        title=UNBROKEN,
        subtitle=UNBROKEN,
        details=(("Board", ODD), ("Contact officer", f"{UNBROKEN}@example.org"), (UNBROKEN[:80], ADDRESS)),
    )
    caption = dict.fromkeys(("measure", "population", "geography", "period"), f"{ODD} {UNBROKEN}")
    return contents(
        "## Key messages",
        Passage((UNBROKEN, *LANGUAGES, f"See {ADDRESS}."), kind="messages"),
        PROSE,
        Passage((UNBROKEN, ODD)),
        exhibit("wide", title=UNBROKEN, shown=wide_table(), svg="", alt="", notes=(ADDRESS, ODD), **caption),
        exhibit("drawn", title=ODD, source=ADDRESS, shown=None, svg=SVG),
        Passage((f"Source: {ADDRESS}", UNBROKEN), kind="notes"),
        head=head,
    )


def fullest() -> Contents:
    """Give a paper with one of everything that a text cell may hold, but a table: it has no caption."""
    return contents(
        "## Key messages",
        Passage(("First < message.", "Second message."), kind="messages"),
        "## Where the area stands\n\nIt **matters** *so*, see [the law](https://www.legislation.gov.uk/).\n\n"
        "1. one\n   - within\n2. two\n\n> said\n\n---\n\nAnd `this`.",
        exhibit("drawn", svg=SVG, notes=("c: suppressed", "A second note.")),
        Passage(("It rose.", "None of the others did.")),
        exhibit("position", title="One in five came back", svg="", alt=""),
        head=front(study="fullest", slug="fullest", area="Fullest", details=(("Board", "The board"),)),
    )


def made_contents() -> tuple[Contents, ...]:
    """Give three papers: all at its longest, one of everything, and nothing but a title."""
    barest = contents(head=front(study="barest", slug="barest", area="Barest"))
    return (longest(), fullest(), barest)


def health_pages() -> dict[str, str]:
    """Give the health of the committed tables as it is and with every list unfolded, and of broken tables."""
    tables, today = home() / "data" / "processed", date(2026, 11, 26)
    page = render_page_of_health(check_folder(tables, today))
    broken = [Fault("figures", ODD, UNBROKEN, ADDRESS), Fault("areas", *LANGUAGES[:3])]
    wrong = Health(today, {}, (integrity(broken * 8),), ("age", "coverage"))
    pages = (page, page.replace("<details>", "<details open>"), render_page_of_health(wrong))
    return dict(zip(HEALTH, pages, strict=True))


def write_made(out: Path) -> None:
    """Write the papers, their indexes and the pages on the tables' health into a folder."""
    for paper in made_contents():
        page = {"paper.html": render_page(paper)}
        write_paper(record_paper(paper, {}, page, nbformat.v4.new_notebook()), out)
    write_indexes(out)
    (out / "health").mkdir()
    for name, page in health_pages().items():
        (out / "health" / f"{name}.html").write_text(page, encoding="utf-8")
