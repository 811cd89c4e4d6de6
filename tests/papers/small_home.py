"""A home with the register of areas and small notebooks, whose papers are of the area that is asked for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analytics.areas import read_register
from analytics.cli import NOTEBOOKS, THREE
from papers.small_notebook import FRONT, cells, code, write_notebook

# An area whose name ends so fails in its way.
BY_AREA = """
from analytics.areas import slug
if area == "Kent":
    raise ValueError("nothing is known of Kent")
if area == "Rutland":
    import os
    os._exit(3)
"""


def make_home(folder: Path) -> Path:
    """Write a small home into a folder, and give it."""
    processed = folder / "data" / "processed"
    processed.mkdir(parents=True)
    (folder / "data" / "raw" / "evidence").mkdir(parents=True)
    read_register().to_parquet(processed / "areas.parquet")
    for name in ("neighbours", "figures", "manifest", "earlier"):
        pd.DataFrame({"area": ["351"]}).to_parquet(processed / f"{name}.parquet")
    (folder / "notebooks").mkdir()
    for study in THREE:
        write_small(folder, study)
    return folder


def write_small(home: Path, study: str, extra: str = "") -> Path:
    """Write the small notebook of a study, with `extra` code in it."""
    content = cells()
    named = "measure" if study == "rereferrals" else f'"{study}"'
    front = FRONT.replace('study="rereferrals"', f"study={named}").replace('slug="bury"', "slug=slug(area)")
    content[2] = code(BY_AREA + extra + front)
    path = home / "notebooks" / NOTEBOOKS[study]
    return write_notebook(content, home / "notebooks").replace(path)
