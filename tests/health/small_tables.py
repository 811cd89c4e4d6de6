"""Small made-up figures for three authorities, put together as ingest would, to be spoilt by a test."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analytics.areas import read_register
from analytics.figures import Figures
from analytics.sources.geography import atlas
from analytics.sources.schemas import category_types

Row = tuple[str, int, str, float | str]

REGISTER = read_register()
KNOWN = atlas(REGISTER)
BURY, KENT, LEEDS = "351", "886", "383"
DIGEST = "0" * 64


def table(*rows: Row, release: str = "2025") -> pd.DataFrame:
    """Give a table of figures: area, year, measure, and the value or the symbol in its place."""
    records = [
        {
            "area": area,
            "period": year,
            "measure": measure,
            "value": None
            if isinstance(figure, str) and figure != "low"
            else 0
            if figure == "low"
            else figure,
            "status": figure if isinstance(figure, str) else "",
            "release": release,
        }
        for area, year, measure, figure in rows
    ]
    columns = ["area", "period", "measure", "value", "status", "release"]
    types = {**category_types(KNOWN), "period": "int64", "value": "float64", "release": "category"}
    made = pd.DataFrame(records, columns=columns).astype(types)
    return made.sort_values(["area", "period", "measure"], ignore_index=True)


def tables(*rows: Row) -> dict[str, pd.DataFrame]:
    """Give the five processed tables, no earlier release and no neighbours in them."""
    manifest = {
        "file": "csww_indicators_2017_to_2025.csv", "publisher": "Department for Education",
        "publication": "csww", "release": "2025", "address": "https://www.example.org/",
        "licence": "Open Government Licence v3.0", "sha256": DIGEST, "rows_read": 3, "date": "2026-11-22",
    }  # fmt: skip
    neighbours = ["model", "area", "rank", "neighbour", "closeness"]
    types = dict.fromkeys(neighbours, str) | {"rank": "int64"}
    return {
        "areas": REGISTER,
        "neighbours": pd.DataFrame(columns=neighbours).astype(types),
        "figures": table(*rows),
        "earlier": table(),
        "manifest": pd.DataFrame([manifest]),
    }


def write(made: dict[str, pd.DataFrame], folder: Path) -> Path:
    """Write tables as Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in made.items():
        one.to_parquet(folder / f"{name}.parquet", index=False)
    return folder


def figures(made: dict[str, pd.DataFrame], folder: Path = Path("nowhere")) -> Figures:
    """Give tables as `Figures`; `folder` is where its table of earlier releases is."""
    return Figures(made["figures"], made["areas"], made["neighbours"], made["manifest"], folder, "")
