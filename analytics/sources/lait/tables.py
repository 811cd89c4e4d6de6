"""The figures of the tool as tidy rows, in the order of their key, and what is left out of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import closest
from analytics.measures import NOT_SAID
from analytics.sources.files import PublishedFile, quoted
from analytics.sources.geography import Atlas
from analytics.sources.lait.areas import area_codes, list_areas
from analytics.sources.lait.columns import Coded, read_columns, refuse_rows
from analytics.sources.lait.dictionary import latest, read_dictionary

STATUSES = pd.CategoricalDtype(["", NOT_SAID])
NUMBER = r"^-?[0-9]+(\.[0-9]+)?(E[-+]?[0-9]{1,2})?$"
YEARS = r"(20[0-9]{2})(?:[-/]([0-9]{2}))?(?:-([0-9]{2})/([0-9]{2}))?(?: \([A-Za-z]+\))?"


@dataclass(frozen=True)
class LaitTables:
    """The tool's tables.

    `figures` has `measure, area, period, value, status, release, label` in the order of its key,
    `measure, area, period`; `label` is the period as the tool writes it, and `status` is `-` where it
    has no figure. `measures` describes each measure (`read_dictionary`). `left_out` counts the rows
    whose label is no year, and the figures among them: `measure, tool_name, label, rows, figures`.
    `release` is the month of the latest update, such as "2026-04"; `rows_read` has the number of rows of
    each file.
    """

    figures: pd.DataFrame
    measures: pd.DataFrame
    left_out: pd.DataFrame
    release: str
    rows_read: tuple[int, int, int]


def read_lait(
    figures: PublishedFile, dictionary: PublishedFile, areas: PublishedFile, known: Atlas
) -> LaitTables:
    """Turn the tool's three files into tables.

    Raises:
        InputError: anything that the tool does not write: a cell that is neither a number nor `-`, an
            area that the register or the list has not, two rows of one key, a measure in one of the
            files only, a column under another name. The message says where.
    """
    columns = read_columns(figures)
    measures = read_dictionary(dictionary)
    release, listed = latest(dictionary, measures)[:7], list_areas(areas)
    rows_read = (len(columns["Values"].codes), int(measures.pop("entries").sum()), len(listed))
    value, status = _parse(figures, columns["Values"])
    table = pd.DataFrame(
        {
            "measure": pd.Categorical.from_codes(
                _measure_codes(figures, columns["Short Desc"], dictionary, measures),
                dtype=pd.CategoricalDtype(measures["measure"].tolist()),
            ),
            "area": pd.Categorical.from_codes(area_codes(figures, columns, listed, known), dtype=known.keys),
            "period": columns["Years"].of([period(label) for label in columns["Years"].texts]),
            "value": value,
            "status": pd.Categorical.from_codes(status, dtype=STATUSES),
            "release": pd.Categorical.from_codes(np.zeros(len(value), "int8"), [release]),
            "label": _labels(columns["Years"]),
        }
    )
    kept = _in_order(figures, table[table["period"] > 0])
    left_out = _left_out(table[table["period"] == 0], measures)
    described = measures.assign(decimals=_decimals(kept, measures))
    return LaitTables(kept, described, left_out, release, rows_read)


def period(label: str) -> int:
    """Give the year that a label's period ends in, or 0 where the label is no year.

    >>> [period(label) for label in ("2016", "2016/17", "2014-16", "2013/14-15/16", "2025 (prov)")]
    [2016, 2017, 2016, 2016, 2025]
    >>> period("0"), period("2017-16")
    (0, 0)
    """
    match = re.fullmatch(YEARS, label)
    if not match:
        return 0
    first, *ends = (int(text) for text in match.groups() if text)
    years = [first, *(first // 100 * 100 + end for end in ends)]
    return years[-1] if years == sorted(years) else 0


def _labels(column: Coded) -> pd.Categorical:
    labels = sorted(set(column.texts))
    return pd.Categorical.from_codes(column.of([labels.index(text) for text in column.texts]), labels)


def _measure_codes(
    file: PublishedFile, column: Coded, dictionary: PublishedFile, measures: pd.DataFrame
) -> np.ndarray:
    """Number each row's measure as the dictionary has it; each must be in both files."""
    numbers = {name: number for number, name in enumerate(measures["tool_name"])}
    for place, name in enumerate(column.texts):
        if name not in numbers:
            expected = f"a measure of {dictionary.path.name} (nearest: {closest(name, numbers)})"
            rows = np.flatnonzero(column.codes == place)
            raise refuse_rows(file, rows, "Short Desc", quoted(name), expected)
    absent = [name for name in numbers if name not in column.texts]
    if absent:
        expected = f"a measure that has rows in {file.path.name}"
        raise dictionary.refuse("column 'Measure_short'", quoted(absent[0]), expected, len(absent) - 1)
    codes: np.ndarray = column.of([numbers[name] for name in column.texts])
    return codes


def _parse(file: PublishedFile, column: Coded) -> tuple[np.ndarray, np.ndarray]:
    """Give the value of every cell, and the code of its status."""
    texts = pa.array(column.texts)
    numeric, absent = pc.match_substring_regex(texts, NUMBER), pc.equal(texts, NOT_SAID)
    wrong = np.flatnonzero(~np.asarray(pc.or_(numeric, absent))[column.codes])
    if len(wrong):
        raise refuse_rows(file, wrong, "Values", quoted(column.at(wrong[0])), f"a number or {NOT_SAID!r}")
    values = np.asarray(pc.if_else(numeric, texts, None).cast("float64"))
    return values[column.codes], np.asarray(absent).astype("int8")[column.codes]


def _in_order(file: PublishedFile, table: pd.DataFrame) -> pd.DataFrame:
    """Put the rows in the order of their key, of which each is to be one row's."""
    measure, area = (table[name].cat.codes.to_numpy().astype("int64") for name in ("measure", "area"))
    keys = (measure * len(table["area"].cat.categories) + area) * 10_000 + table["period"].to_numpy()
    order = np.argsort(keys, kind="stable")
    again = np.flatnonzero(np.diff(keys[order]) == 0)
    if len(again):
        first, second = table.iloc[order[again[0]]], table.iloc[order[again[0] + 1]]
        found = f"{second['label']!r}, a second row of {second['measure']} for {second['area']}"
        expected = f"one for each year (row {first.name + 1} is {first['label']!r})"
        raise refuse_rows(file, table.index[order[again + 1]].to_numpy(), "Years", found, expected)
    return table.take(order).reset_index(drop=True)


def _left_out(rows: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Count the rows whose label is no year, by measure and label."""
    groups = rows.astype({"measure": str, "label": str}).groupby(["measure", "label"])["value"]
    counts = groups.agg(rows="size", figures="count").reset_index()
    names = measures.set_index("measure")["tool_name"]
    counts.insert(1, "tool_name", counts["measure"].map(names))
    return counts


def _decimals(table: pd.DataFrame, measures: pd.DataFrame) -> Any:
    """Give the decimals of each measure: the dictionary's, else the most among its figures, 2 at most."""
    figures = table[table["status"] == ""]
    value = figures["value"].to_numpy()
    # A workbook writes 17.6 as 17.600000000000001: the same number, which has one decimal.
    has = np.where(np.round(value) == value, 0, np.where(np.round(value, 1) == value, 1, 2))
    most = np.zeros(len(measures), "int64")
    np.maximum.at(most, figures["measure"].cat.codes.to_numpy(), has)
    return np.where(measures["decimals"].isna(), most, measures["decimals"]).astype("int64")
