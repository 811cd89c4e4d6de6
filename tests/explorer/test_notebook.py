"""The notebook that opens the panel, and the lines in it that are there to be copied."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analytics.figures import Figures
from analytics.folders import REPOSITORY

CELLS = nbformat.read(REPOSITORY / "notebooks" / "explore.ipynb", as_version=4).cells


def test_one_cell_opens_the_panel() -> None:
    (cell,) = [cell for cell in CELLS if cell.cell_type == "code"]
    assert cell.source == "import analytics\n\nanalytics.explore()"


def test_the_lines_to_copy_do_what_they_say(
    figures: Figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", CELLS[-1].source, flags=re.DOTALL)
    assert max(map(len, block.splitlines())) <= 88
    assert len(re.findall("^# ", block, flags=re.MULTILINE)) == 6
    given: dict[str, Any] = {}
    exec(compile(block, "copied", "exec"), given)
    assert set(given["bury"]["name"]) == {"Bury"}
    league = given["league"]
    assert len(league) > 140
    assert league["value"].dropna().is_monotonic_increasing
    assert "England" not in set(league["name"])
    assert len(given["near"]) == 10
    assert "Bury" not in set(given["near"])
    assert (tmp_path / "bury.csv").read_text(encoding="utf-8").startswith("name,2017,")
    assert "caseload_fte" in given["found"].index
