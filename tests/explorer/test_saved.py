"""A file of what was chosen: its name, what is in it, and that it replaces nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analytics.errors import InputError
from analytics.explorer.chosen import Choice, choose, look_up, settle
from analytics.explorer.saved import save
from analytics.figures import Figures


def saved(
    figures: Figures, folder: Path, area: str = "Hampshire", measure: str = "rereferral_percent"
) -> Path:
    """Save a choice from 2020 on."""
    choice = settle(figures, Choice(area, measure, first=2020))
    return save(choose(figures, choice), look_up(figures, measure), choice, figures.name(choice.area), folder)


def test_a_file_is_named_for_what_it_holds_and_replaces_nothing(figures: Figures, tmp_path: Path) -> None:
    first = saved(figures, tmp_path)
    assert first == tmp_path / "hampshire-rereferral_percent-2020-2025.csv"
    first.write_text("a person's own notes", encoding="utf-8")
    assert saved(figures, tmp_path).name == "hampshire-rereferral_percent-2020-2025-2.csv"
    assert saved(figures, tmp_path).name == "hampshire-rereferral_percent-2020-2025-3.csv"
    assert first.read_text(encoding="utf-8") == "a person's own notes"


def test_a_row_says_its_source_its_release_and_why_it_is_empty(figures: Figures, tmp_path: Path) -> None:
    rows = pd.read_csv(saved(figures, tmp_path), dtype=str, keep_default_na=False)
    assert set(rows["source"]) == {"Department for Education, Children in need"}
    assert set(rows["release"]) == {"2025"}
    assert set(rows["unit"]) == {"%"}
    missing = rows.query("role == 'area' and period == '2024'").iloc[0]
    assert (missing["value"], missing["status"]) == ("", "u")
    median = rows.query("role == 'median' and period == '2025'").iloc[0]
    assert (median["with_figure"], median["of"]) == ("10", "10")
    assert len(rows) == len(
        choose(figures, settle(figures, Choice("Hampshire", "rereferral_percent", first=2020)))
    )


def test_a_folder_that_is_not_there_is_said(figures: Figures, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing can be saved there"):
        saved(figures, tmp_path / "missing")


def test_columns_stay_without_neighbours(figures: Figures, tmp_path: Path) -> None:
    rows = pd.read_csv(saved(figures, tmp_path, "England", "cases"))
    assert rows[["with_figure", "of"]].isna().all().all()
    assert {"source", "release", "status"} <= set(rows)
