"""What the processed tables must be, whatever was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.sources.ees import STATUSES, measure_type
from analytics.sources.geography import Atlas
from analytics.sources.lait import STATUSES as LAIT_STATUSES
from analytics.sources.neighbours import CLOSENESS, RANKS

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

KINDS = ("authority", "joint", "region", "part", "england")


def category_types(known: Atlas) -> dict[str, pd.CategoricalDtype]:
    """Give the types of the columns of figures that hold one of a fixed set of texts."""
    return {"area": known.keys, "measure": measure_type(), "status": STATUSES}


def schemas(known: Atlas) -> dict[str, DataFrameSchema]:
    """Describe each table: its columns, their ranges, its key."""
    # Imported here: it is slow to import, and only ingest needs it.
    from pandera.pandas import Check, Column, DataFrameSchema

    area = Check.isin(list(known.names))
    figures = {
        **{name: Column(kind) for name, kind in category_types(known).items()},
        "period": Column(int, Check.in_range(2000, 2100)),
        "value": Column(float, Check.ge(0), nullable=True),
        "release": Column("category"),
    }
    fits = Check(_value_fits_status, error="a value, or a symbol in its place")
    return {
        "areas": DataFrameSchema(
            {"area": Column(checks=area), "kind": Column(checks=Check.isin(KINDS))}, unique=["area"]
        ),
        "neighbours": DataFrameSchema(
            {
                "model": Column(),
                "area": Column(checks=area),
                "rank": Column(int, Check.isin(RANKS)),
                "neighbour": Column(checks=area),
                "closeness": Column(checks=Check.isin(CLOSENESS)),
            },
            unique=["model", "area", "rank"],
            strict=True,
        ),
        "figures": DataFrameSchema(figures, checks=fits, unique=["area", "period", "measure"], strict=True),
        "earlier": DataFrameSchema(
            figures,
            checks=[fits, Check(_known_by_then, error="a year that is not after the release")],
            unique=["release", "area", "period", "measure"],
            strict=True,
        ),
        "manifest": DataFrameSchema(
            {
                **{name: Column() for name in _DESCRIBED},
                "sha256": Column(checks=Check.str_matches("^[0-9a-f]{64}$")),
                "rows_read": Column(int, Check.gt(0)),
            },
            unique=["file"],
            strict=True,
        ),
        "lait": DataFrameSchema(
            {
                "measure": Column("category", Check(_named_lait, error="names that begin with lait_")),
                "area": Column(known.keys),
                "period": Column(int, Check.in_range(2000, 2100)),
                # Scores of progress and gaps can be below zero.
                "value": Column(float, Check(np.isfinite, error="a number"), nullable=True),
                "status": Column(LAIT_STATUSES),
                "release": Column("category"),
                "label": Column("category"),
            },
            checks=fits,
            unique=["measure", "area", "period"],
            strict=True,
        ),
        "lait_measures": DataFrameSchema(
            {
                **{name: Column(str) for name in LAIT_TEXTS},
                "measure": Column(str, Check.str_startswith("lait_")),
                "polarity": Column(str, Check.isin(("high", "low", "none"))),
                "decimals": Column(int, Check.in_range(0, 9)),
                "quartiles": Column(bool),
            },
            unique=["measure"],
            strict=True,
        ),
    }


_DESCRIBED = ("file", "publisher", "publication", "release", "address", "licence", "date")


LAIT_TEXTS = (
    "tool_name", "title", "short", "topic", "unit", "year_type", "definition", "methodology", "publisher",
    "address", "last_update", "next_update",
)  # fmt: skip


def _named_lait(measures: pd.Series) -> bool:
    return bool(measures.cat.categories.str.startswith("lait_").all())


def _value_fits_status(figures: pd.DataFrame) -> pd.Series:
    """A figure has a value; `low` is 0; every other symbol has none."""
    value, status = figures["value"], figures["status"]
    return value.notna().where(status == "", value.eq(0).where(status == "low", value.isna()))


def _known_by_then(earlier: pd.DataFrame) -> pd.Series:
    return earlier["period"] <= earlier["release"].astype(int)


def validate(tables: dict[str, pd.DataFrame], known: Atlas) -> None:
    """Refuse tables that are not as described; those of the interactive tool may be left out.

    Raises:
        InputError: the message names the table, the column and the first row.
    """
    from pandera.errors import SchemaError

    described = schemas(known)
    for name, table in tables.items():
        try:
            described[name].validate(table)
        except SchemaError as error:
            raise InputError(
                f"The table {name!r} that these files give is not valid, and nothing was changed: {error}"
            ) from error
