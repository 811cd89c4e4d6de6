"""Whether the Local Authority Interactive Tool says the same as the department's own files."""

from __future__ import annotations

import pandas as pd

from analytics.figures import Figures
from analytics.health.answers import OK, TO_KNOW, Answer, Table, counted, shown, spans
from analytics.measures import title_in_full
from analytics.sources.lait.agreement import AGREES, DEPARTMENT_ONLY, DIFFERS, TOOL_ONLY, agreement

HEADINGS = {
    "title": "Measure", "lait_measure": "In the tool", AGREES: "Agree", DIFFERS: "Differ",
    TOOL_ONLY: "Only in the tool", DEPARTMENT_ONLY: "Only in the department's file",
}  # fmt: skip
DIFFERENCES = {
    "title": "Measure", "name": "Area", "period": "Year", "published": "Department's file",
    "lait": "The tool",
}  # fmt: skip
OUTCOMES = (AGREES, DIFFERS, TOOL_ONLY, DEPARTMENT_ONLY)


def tool(figures: Figures) -> Answer:
    """Compare each figure that both hold, and name every one that differs."""
    held = figures.measures["source"].eq("lait").any()
    both = agreement(figures) if held else pd.DataFrame(columns=["measure", "lait_measure", "outcome"])
    both = both.assign(title=[title_in_full(name) for name in both["measure"]])
    differ = both[both["outcome"] == DIFFERS].reset_index(drop=True)
    by_measure = _by_measure(both)
    counts = {outcome: int(by_measure[outcome].sum()) for outcome in OUTCOMES}
    return Answer(
        name="tool",
        title="Does the Local Authority Interactive Tool say the same?",
        verdict=TO_KNOW if len(differ) or not held else OK,
        sentences=_sentences(both, counts) if held else ("The tool's files are not held.",),
        counts=counts,
        tables=(
            Table(
                "tool-differences",
                "Figures that differ",
                differ,
                shown(differ, DIFFERENCES) if len(differ) else pd.DataFrame(columns=[*DIFFERENCES.values()]),
                brief=True,
            ),
            Table("tool-measures", "Figures that both may hold", by_measure, shown(by_measure, HEADINGS)),
        ),
        notes=(
            "Both members of a joint return have its figures in the tool. Figures agree where they are one "
            "at the decimals of the coarser. Papers use the department's own files.",
        ),
    )


def _by_measure(both: pd.DataFrame) -> pd.DataFrame:
    """Count the outcomes: a row for each pair of measures."""
    keys = ["measure", "title", "lait_measure"]
    counts = both.groupby([*keys, "outcome"], sort=False).size().unstack(fill_value=0)
    return counts.reindex(columns=list(OUTCOMES), fill_value=0).rename_axis(columns=None).reset_index()


def _sentences(both: pd.DataFrame, counts: dict[str, int]) -> tuple[str, ...]:
    said = [
        f"{counts[AGREES]:,} figures of {counted(both['measure'].nunique(), 'measure')} agree; "
        f"{counts[DIFFERS]:,} {'differs' if counts[DIFFERS] == 1 else 'differ'}."
    ]
    for outcome, where in ((TOOL_ONLY, "the tool"), (DEPARTMENT_ONLY, "the department's file")):
        rows = both[both["outcome"] == outcome]
        if len(rows):
            years = spans(sorted({int(year) for year in rows["period"]}))
            said.append(f"{len(rows):,} are in {where} alone, of {years}.")
    return tuple(said)
