"""The question on the interactive tool: each figure that differs is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import analytics
from analytics.folders import home
from analytics.health import OK, TO_KNOW, WRONG, check_folder
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
    assert f"{answer.counts['agrees']:,} figures of 20 measures agree; 1 differs." in answer.sentences
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


@pytest.mark.parametrize(
    ("name", "spoil", "found"),
    [
        ("lait", lambda path: path.unlink(), "the table is not there"),
        ("lait_measures", lambda path: path.write_bytes(b"no table"), "the table cannot be read"),
        ("lait", lambda path: _twice(path), "2 rows break this rule"),
        ("lait", lambda path: _without(path, "label"), "no column 'label'"),
    ],
)
def test_broken_tables_of_the_tool_are_wrong_and_the_other_questions_are_asked(
    folder: Path, name: str, spoil: Callable[[Path], object], found: str
) -> None:
    spoil(folder / f"{name}.parquet")
    health = check_folder(folder, date(2026, 11, 26))
    (wrong,) = health.of(WRONG)
    rows = wrong.tables[0].rows
    assert rows[["table", "found"]].to_numpy().tolist() == [[name, found]]
    assert health.not_asked == ("the interactive tool",)
    assert len(health.answers) == 9


def _twice(path: Path) -> None:
    table = pd.read_parquet(path)
    pd.concat([table, table.head(1)]).to_parquet(path, index=False)


def _without(path: Path, column: str) -> None:
    pd.read_parquet(path).drop(columns=column).to_parquet(path, index=False)


def test_without_the_tool_it_is_said_that_it_is_not_held(folder: Path) -> None:
    for name in ("lait", "lait_measures"):
        (folder / f"{name}.parquet").unlink()
    answer = tool(analytics.load(folder))
    assert answer.verdict == TO_KNOW
    assert answer.sentences == ("The tool's files are not held.",)
    assert not any(answer.counts.values())
