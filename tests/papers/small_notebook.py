"""A small notebook that shows real blocks; tests change its cells."""

from __future__ import annotations

from pathlib import Path

import nbformat

PARAMETERS = """
area: str = "Bury"  # the authority
year: int | None = None  # the year in which the reporting year ends
neighbour_model: str = "2025"  # statistical neighbours of 2021 or 2025
measure: str = "rereferrals"  # what is compared
title: str = ""  # the title of the paper
contact_officer: str = ""  # whom to ask
"""

FRONT = """
from pandas import DataFrame
from analytics.errors import InputError
from analytics.exhibits import Exhibit, Finding, FrontMatter, Passage

year = year or 2025
if year > 2025:
    raise InputError(f"year {year}: figures are held to 2025.")
FrontMatter(
    title=title or "Do referrals come back?",
    subtitle=f"{area}, year to 31 March {year}",
    study="rereferrals", area=area, slug="bury", year=year,
    details=(("Contact officer", contact_officer),) if contact_officer else (),
    options=(("neighbour_model", neighbour_model),),
    findings=(Finding("rereferral_percent", 21.4, "%"), Finding("rank", None, "")),
    data_sha256="ab" * 32,
)
"""

CHART = '''
SVG = """<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="trend-name trend-alt"
 viewBox="0 0 640 200" width="640" height="200"><title id="trend-name">Trend</title>
<desc id="trend-alt">The rate rose from 19.8% in 2024 to 21.4% in 2025.</desc>
<path d="M40 150 L560 60" stroke="#12436D" stroke-width="3" fill="none"/>
<text x="568" y="64" font-family="sans-serif" font-size="14" fill="#12436D">Bury</text></svg>"""
table = DataFrame({"area": ["Bury", "Kent"], "value": [21.4, None], "status": ["", "c"]})
common = dict(measure="Re-referrals within 12 months", unit="%", population="Referrals in the year",
              geography="Bury and Kent", period="year to 31 March 2025", source="Department for Education",
              table=table)
Exhibit(name="trend", title="Bury's rate rose", svg=SVG,
        alt="The rate rose from 19.8% in 2024 to 21.4% in 2025.", **common)
'''

POSITION = """
print("a stray remark")
shown = DataFrame({"Area": ["Bury", "Kent", "Leeds"], "Rate (%)": ["21.4", "c", "20.0"], "Way": ["up"] * 3})
Exhibit(name="position", title="One in five referrals came back", shown=shown,
        notes=("c: suppressed to protect confidentiality",), **common)
"""

Cells = list[nbformat.NotebookNode]


def code(source: str, *tags: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source.strip(), metadata={"tags": list(tags)})


def prose(text: str, *tags: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": list(tags)})


def cells() -> Cells:
    return [
        prose("# Do referrals come back?\n\nFor analysts.", "hide"),
        code(PARAMETERS, "parameters"),
        code(FRONT),
        prose("## Key messages"),
        code('Passage(("First < message.", "Second message."), kind="messages")'),
        prose("## Where the area stands\n\nIt **matters** because {{7*7}} <script>alert(1)</script>."),
        code(CHART),
        code('display(Passage(("It rose.", "None of the others did.")))\n"a plain value"'),
        code(POSITION),
        code('Passage(("For analysts only.",))', "hide"),
    ]


def write_notebook(content: Cells, folder: Path) -> Path:
    path = folder / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=content), path)
    return path
