"""Statistical neighbours (Department for Education): ten for each authority, by model, nearest first.

Each model is published as a workbook, and as a CSV under other column names. Either is enough;
where both are there they must say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.errors import closest
from analytics.measures import neighbour_models
from analytics.sources.files import Origin, PublishedFile, check_header, quoted, read_csv, read_workbook
from analytics.sources.geography import Atlas

PUBLISHER = "Department for Education"
ADDRESS = "https://www.gov.uk/government/publications/local-authority-interactive-tool-lait"
CLOSENESS = ("Extremely close", "Very close", "Close", "Somewhat close", "Not close")
RANKS = range(1, 11)
SHEET = "LA SN Groups"
# What stands above the neighbours of authorities that were abolished before the model's date.
OLD = "Old SNs:"
NONE = "-"

_PUBLISHED = ("LA num", "LA Name", "LA number", "GOInd", "GOReg",
              *(name for rank in RANKS for name in (f"SN{rank}", "SNP")))  # fmt: skip
_WIDE = ("old_la_code", "la_name", "region_ind", "region_name",
         *(name for rank in RANKS for name in (f"SN_{rank}", f"SN_{rank}P")))  # fmt: skip


@dataclass(frozen=True)
class Form:
    """One file that a model comes in: its name, its columns, and the row that they stand in."""

    name: str
    columns: tuple[str, ...]
    header: int


@dataclass(frozen=True)
class Model:
    """A neighbour model and its forms."""

    name: str
    forms: tuple[Form, ...]

    @property
    def day(self) -> str:
        """Give the day whose authorities it covers."""
        return neighbour_models()[self.name]

    @property
    def origin(self) -> Origin:
        """Say whose model it is."""
        return Origin(PUBLISHER, "neighbours", self.name, ADDRESS)


MODELS = (
    Model(
        "2021",
        (
            Form("New_Statistical_Neighbour_Groupings_April_2021.csv", _PUBLISHED, 1),
            Form("sn_april_2021.xlsx", _PUBLISHED, 3),
        ),
    ),
    Model(
        "2025",
        (Form("sn_model_2025_wide.csv", _WIDE, 1), Form("sn_may_2025.xlsx", _PUBLISHED, 3)),
    ),
)

# An authority's neighbours and their closeness, nearest first, and the row that they stand in.
Neighbours = dict[str, tuple[int, list[str], list[str]]]


def read_form(file: PublishedFile, form: Form, model: Model, known: Atlas) -> Neighbours:
    """Read one form of a model; an authority with `-` in place of neighbours is left out.

    Raises:
        InputError: anything that the layout does not allow, with its row and column.
    """
    cells = read_workbook(file, SHEET) if file.path.suffix == ".xlsx" else _csv_rows(file)
    rows = _body(file, _without_blank_columns(cells), form)
    expected = known.existing(model.day, joint=False)
    authorities = {area for area in expected if known.kinds[area] == "authority"}
    neighbours: Neighbours = {}
    for number, row in rows:
        area, cells_of_row = row[0], row[len(form.columns) - 2 * len(RANKS) :]
        if known.kinds.get(area) != "authority" or area in neighbours:
            wanted = "the three-digit code of an authority, once"
            raise file.refuse(f"row {number}, column {form.columns[0]!r}", quoted(area), wanted)
        if set(cells_of_row) == {NONE}:
            continue
        near, closeness = cells_of_row[::2], [text.capitalize() for text in cells_of_row[1::2]]
        _check_row(file, number, form, area, near, closeness, authorities)
        neighbours[area] = number, near, closeness
    _check_areas(file, neighbours, authorities, known)
    return neighbours


def _csv_rows(file: PublishedFile) -> list[list[str]]:
    columns = [column.to_pylist() for column in read_csv(file).columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _without_blank_columns(rows: list[list[str]]) -> list[list[str]]:
    """Drop the columns at the right-hand edge in which nothing stands."""
    width = max((place for row in rows for place, cell in enumerate(row, 1) if cell), default=0)
    return [row[:width] for row in rows]


def _body(file: PublishedFile, rows: list[list[str]], form: Form) -> list[tuple[int, list[str]]]:
    """Give the numbered rows between the header and the end, or the abolished authorities."""
    columns = set(form.columns)
    alike = [len(columns.intersection(row)) for row in rows]
    found = alike.index(max(alike)) + 1 if any(alike) else None
    if found != form.header:
        where = f"a header in row {found}" if found else "no header"
        raise file.refuse("the header", where, f"{form.columns[0]!r} and the rest in row {form.header}")
    header = rows[form.header - 1]
    check_header(file, form.header, header, form.columns)
    for place, (cell, column) in enumerate(zip(header, form.columns, strict=True), 1):
        if cell != column:
            raise file.refuse(f"row {form.header}, cell {place}", quoted(cell), repr(column))
    numbered = list(enumerate(rows, 1))[form.header :]
    end = next((place for place, (_, row) in enumerate(numbered) if OLD in row), len(numbered))
    body = numbered[:end]
    while body and not any(body[-1][1]):
        body.pop()
    return body


def _check_row(
    file: PublishedFile,
    number: int,
    form: Form,
    area: str,
    near: Sequence[str],
    closeness: Sequence[str],
    authorities: set[str],
) -> None:
    """Refuse a neighbour that is no other authority of the model's day, or an unknown closeness."""
    if {*near} <= authorities and len({area, *near}) == 1 + len(RANKS) and {*closeness} <= {*CLOSENESS}:
        return
    for place, (code, words) in enumerate(zip(near, closeness, strict=True)):
        where = f"row {number}, column {form.columns[2 * (place - len(RANKS))]!r}"
        if code not in authorities:
            wanted = f"the three-digit code of an authority (nearest: {closest(code, authorities)})"
            raise file.refuse(where, quoted(code), wanted)
        if code == area or code in near[:place]:
            raise file.refuse(where, quoted(code), "ten different neighbours, and not the authority itself")
        if words not in CLOSENESS:
            raise file.refuse(f"{where}, its closeness", quoted(words), " or ".join(CLOSENESS))


def _check_areas(file: PublishedFile, neighbours: Neighbours, authorities: set[str], known: Atlas) -> None:
    strange = [area for area in neighbours if area not in authorities]
    if strange:
        found = f"a row for {known.names[strange[0]]}"
        wanted = "only authorities that existed when the model was made"
        raise file.refuse(f"row {neighbours[strange[0]][0]}", found, wanted, len(strange) - 1)
    missing = sorted(authorities - neighbours.keys())
    if missing:
        found = f"row missing for {known.names[missing[0]]}"
        wanted = "ten neighbours for every authority: the file may be cut short"
        raise file.refuse("the rows", found, wanted, len(missing) - 1)


def read_model(files: Sequence[tuple[Form, PublishedFile]], model: Model, known: Atlas) -> pd.DataFrame:
    """Turn the forms of a model into rows: `model, area, rank, neighbour, closeness`.

    Raises:
        InputError: a form breaks its layout, or two forms differ; the message names the place.
    """
    forms = [read_form(file, form, model, known) for form, file in files]
    for (_, file), other in zip(files[1:], forms[1:], strict=True):
        _compare(files[0][1], forms[0], file, other, known)
    rows = sorted(forms[0].items())
    return pd.DataFrame(
        {
            "model": model.name,
            "area": [area for area, _ in rows for _ in RANKS],
            "rank": [*RANKS] * len(rows),
            "neighbour": [code for _, (_, near, _) in rows for code in near],
            "closeness": [words for _, (_, _, closeness) in rows for words in closeness],
        }
    )


def _compare(
    first: PublishedFile, neighbours: Neighbours, second: PublishedFile, others: Neighbours, known: Atlas
) -> None:
    """Refuse two forms of one model that differ, at the first authority and rank where they do."""
    for area, (row, near, closeness) in sorted(neighbours.items()):
        other_row, other_near, other_closeness = others[area]
        links = zip(near, closeness, strict=True)
        other_links = zip(other_near, other_closeness, strict=True)
        for rank, (one, other) in enumerate(zip(links, other_links, strict=True), 1):
            if one != other:
                where = f"row {other_row}, neighbour {rank} of {known.names[area]}"
                expected = f"{', '.join(one)} as in row {row} of {first.path}"
                raise second.refuse(where, ", ".join(other), expected)
