"""Rows of a table as plain values: a sentence picks a few, and asking pandas for each takes far longer."""

from __future__ import annotations

from typing import Any

import pandas as pd

Row = dict[str, Any]


def rows_of(table: pd.DataFrame, *columns: str) -> list[Row]:
    """Give the rows of a table in order, each by the names of the columns asked for.

    >>> rows_of(pd.DataFrame({"kind": ["area", "england"], "value": [26.0, 22.6]}), "kind", "value")
    [{'kind': 'area', 'value': 26.0}, {'kind': 'england', 'value': 22.6}]
    """
    values = zip(*(table[column].tolist() for column in columns), strict=True)
    return [dict(zip(columns, each, strict=True)) for each in values]


def rows_by(table: pd.DataFrame, key: str, *columns: str) -> dict[Any, Row]:
    """Give the rows of a table by one column, in which no value comes twice."""
    return {row[key]: row for row in rows_of(table, key, *columns)}


def area_row(table: pd.DataFrame, *columns: str) -> Row | None:
    """Give the first row whose kind is the area, none where the table has none.

    >>> area_row(pd.DataFrame({"kind": ["other", "area"], "rank": [1, 2]}), "rank")
    {'rank': 2}
    >>> area_row(pd.DataFrame({"kind": ["other"], "rank": [1]}), "rank")
    """
    kinds = table["kind"].tolist()
    if "area" not in kinds:
        return None
    place = kinds.index("area")
    return {column: table[column].tolist()[place] for column in columns}


def alike(rows: list[Row], *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    """Put rows together that are alike in some columns, in the order in which they are first met."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[column] for column in columns), []).append(row)
    return found
