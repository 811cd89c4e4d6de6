"""The code of a choice runs, and gives the table that the panel shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.explorer import Choice, choose, code_of, settle
from analytics.figures import Figures

CHOICES = [
    Choice(),
    Choice("Kingston upon Thames", "caseload_fte", model="2021", others=("Bristol", "St Helens")),
    Choice("Westmorland", "rereferral_percent", 2022, 2025),
    Choice("West Northamptonshire", "agency_rate_fte", comparators=("neighbours",)),
    Choice("Dorset (to March 2019)", "referral_rate"),
    Choice("North West", "repeat_plans_percent", others=("England",)),
    Choice("England", "cases", comparators=()),
    Choice("Kingston upon Thames", "lait_work_force_agecy_rate"),
    Choice("Bury", "lait_lac_ks2_avg_prog8_m", model="2021"),
]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: f"{choice.area} {choice.measure}")
def test_the_code_gives_the_same_table(figures: Figures, choice: Choice) -> None:
    settled = settle(figures, choice)
    code = code_of(figures, settled)
    assert "analytics.load()" in code
    assert "figures.select(" in code
    assert max(map(len, code.splitlines())) <= 110
    names: dict[str, Any] = {}
    exec(compile(code, "copied", "exec"), names)
    pd.testing.assert_frame_equal(names["table"], choose(figures, settled))


def test_the_code_stands_alone(figures: Figures, tmp_path: Path) -> None:
    settled = settle(figures, Choice("Hampshire", "rereferral_percent"))
    (tmp_path / "copied.py").write_text(
        code_of(figures, settled) + "print(table.to_csv(index=False))\n", encoding="utf-8"
    )
    ran = subprocess.run([sys.executable, "copied.py"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == choose(figures, settled).to_csv(index=False).strip()
