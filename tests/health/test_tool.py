"""The question on the interactive tool: each figure that differs is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import analytics
from analytics.folders import home
from analytics.health import OK, TO_KNOW
from analytics.health.tool import tool


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "processed"
    shutil.copytree(home() / "data" / "processed", copy)
    return copy


def test_every_figure_that_differs_is_named(folder: Path) -> None:
    path = folder / "lait.parquet"
    table = pd.read_parquet(path)
    key = (table["measure"] == "lait_rereferral") & (table["area"] == "351") & (table["period"] == 2025)
    # 26.0 in the department's file, by eye.
    assert table.loc[key, "value"].tolist() == [26.0]
    table.loc[key, "value"] = 26.2
    table.to_parquet(path, index=False)
    before = tool(analytics.load())
    answer = tool(analytics.load(folder))
    assert (before.verdict, answer.verdict) == (OK, TO_KNOW)
    assert (before.counts["differs"], answer.counts["differs"]) == (0, 1)
    assert answer.counts["agrees"] == before.counts["agrees"] - 1
    assert f"{answer.counts['agrees']:,} figures of 20 measures agree; 1 differ." in answer.sentences
    shown = answer.tables[0].shown
    assert shown.to_dict("records") == [
        {
            "Measure": "Re-referrals within 12 months (%)",
            "Area": "Bury",
            "Year": "2025",
            "Department's file": "26.0",
            "The tool": "26.2",
        }
    ]


def test_without_the_tool_it_is_said_that_it_is_not_held(folder: Path) -> None:
    for name in ("lait", "lait_measures"):
        (folder / f"{name}.parquet").unlink()
    answer = tool(analytics.load(folder))
    assert answer.verdict == TO_KNOW
    assert answer.sentences == ("The tool's files are not held.",)
    assert not any(answer.counts.values())
