"""What a notebook shows and a paper prints: exhibits, passages and front matter.

Each is a frozen value that Jupyter displays as HTML and that carries itself as JSON under
`MIME`, so that a paper is rendered from the executed notebook alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar

import pandas as pd

# What stands where words were meant to be written, in any case and with any stop.
PLACEHOLDER = re.compile(
    r"\W*(?:todo|tbc|tbd|xxx+|lorem ipsum.*|placeholder|title|untitled|alt text|"
    r"image|chart|figure|table|none|nan)\W*",
    re.IGNORECASE | re.DOTALL,
)

MIME = "application/vnd.analytics.exhibit+json"


class Block:
    """Something a paper is made of: shown as HTML in Jupyter, kept as JSON beside it."""

    type: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """Give the block as JSON values, `type` first."""
        return {"type": self.type, **asdict(self)}  # type: ignore[call-overload]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        # Imported when something is shown: whoever only loads figures has no use for templates.
        from analytics.exhibits.fragments import fragment

        payload = self.payload()
        return {MIME: payload, "text/html": fragment(payload), "text/plain": repr(self)}


@dataclass(frozen=True)
class Caption:
    """What stands under an exhibit: measure, unit, population, geography, period and source."""

    measure: str
    unit: str
    population: str
    geography: str
    period: str
    source: str


@dataclass(frozen=True, repr=False)
class Exhibit(Block, Caption):
    """A table or a chart with everything that a reader needs to trust it.

    `table` is tidy: figures as numbers and a `status` column; it becomes `tables/<name>.csv`.
    `shown` is what is printed: words only, headers with units, the first column names the row.
    `svg` and `alt` belong to a chart.

    Raises:
        ValueError: a part is missing; the message names the exhibit and the part.
    """

    type: ClassVar[str] = "exhibit"

    name: str
    title: str
    table: pd.DataFrame
    shown: pd.DataFrame | None = None
    svg: str = ""
    alt: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_parts({one.name: getattr(self, one.name) for one in fields(self)} | {"shown": self._shown()})
        if "status" not in self.table:
            raise ValueError(f"exhibit {self.name!r}: the table has no status column")

    def __repr__(self) -> str:
        return f"Exhibit({self.name!r}: {self.title})"

    def payload(self) -> dict[str, Any]:
        """Give the exhibit as JSON values: the table as CSV text, the table shown as rows."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["notes"] = list(self.notes)
        values["table"] = self.table.to_csv(index=False, lineterminator="\n", float_format="%.10g")
        values["shown"] = self._shown()
        return {"type": self.type, **values}

    def _shown(self) -> dict[str, Any] | None:
        if self.shown is None:
            return None
        columns = [str(name) for name in self.shown.columns]
        return {"columns": columns, "rows": self.shown.astype(str).to_numpy().tolist()}


def check_parts(exhibit: Mapping[str, Any]) -> None:
    """Hold an exhibit, or its payload, to everything that a reader needs.

    Raises:
        ValueError: a part is missing, empty or only holds its place; the message names both.
    """
    name = exhibit["name"]
    for part in ("name", "title", "measure", "unit", "population", "geography", "period", "source"):
        text = str(exhibit.get(part) or "").strip()
        if not text:
            raise ValueError(f"exhibit {name!r}: {part} is empty")
        if part != "name" and PLACEHOLDER.fullmatch(text):
            raise ValueError(f"exhibit {name!r}: {part} says no more than {text!r}")
    alt, shown = str(exhibit.get("alt") or ""), exhibit.get("shown")
    if exhibit.get("svg") and (len(alt.split()) < 5 or alt.strip() == exhibit["title"].strip()):
        raise ValueError(f"exhibit {name!r}: a chart needs alt text that gives its message")
    if not exhibit.get("svg") and not shown:
        raise ValueError(f"exhibit {name!r}: neither a chart nor a table to show")
    if shown and not shown["rows"]:
        raise ValueError(f"exhibit {name!r}: the table shown has no rows; say that there is no data")
    cells = [cell for row in (shown["columns"], *shown["rows"]) for cell in row] if shown else []
    if not all(isinstance(cell, str) and cell.strip() for cell in cells):
        raise ValueError(f"exhibit {name!r}: the table shown has an empty cell")


@dataclass(frozen=True, repr=False)
class Passage(Block):
    """Computed sentences: a paragraph, a list of key messages, or a list of notes."""

    type: ClassVar[str] = "passage"

    sentences: tuple[str, ...]
    kind: str = "paragraph"

    def __post_init__(self) -> None:
        if self.kind not in ("paragraph", "messages", "notes"):
            raise ValueError(f"passage of kind {self.kind!r}: it is a paragraph, messages or notes")
        if not self.sentences or not all(sentence.strip() for sentence in self.sentences):
            raise ValueError("a passage needs at least one sentence and no empty one")

    def __repr__(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Finding:
    """One number that a paper states."""

    name: str
    value: float | str | None
    unit: str


@dataclass(frozen=True, repr=False)
class FrontMatter(Block):
    """The head of a paper, and the record of what it was made from.

    `details` are label and text pairs (board, meeting date and so on), given ones only; `reference` is
    what the foot of a page says of the agenda; `options` are the parameters beside area and year that
    decide the figures.
    """

    type: ClassVar[str] = "front"

    title: str
    subtitle: str
    study: str
    area: str
    slug: str
    year: int
    region: str = ""
    reference: str = ""
    details: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    data_sha256: str = ""

    def __repr__(self) -> str:
        return f"{self.title} ({self.subtitle})"
