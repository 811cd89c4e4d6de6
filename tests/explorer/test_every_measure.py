"""Measures can be explored, whoever published them: a chart, or a reason why there is none."""

from __future__ import annotations

import pytest

import analytics
from analytics.explorer.chosen import Choice, settle
from analytics.explorer.shown import show
from analytics.figures import Figures

# All of the dictionary's, and of the Local Authority Interactive Tool's every eighth.
KNOWN = analytics.load().measures["source"]
MEASURES = [*KNOWN.index[KNOWN != "lait"], *KNOWN.index[KNOWN == "lait"][::8]]


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_is_shown(figures: Figures, measure: str) -> None:
    shown = show(figures, settle(figures, Choice("Bury", measure)))
    assert len(shown.table)
    assert set(shown.grid.iloc[:, 1:].astype(str).to_numpy().ravel()) != {"no data"}
    assert shown.exhibit.svg or "there is no figure" in shown.sentences[0]
    assert "nan" not in " ".join(shown.sentences).casefold().split()
    assert shown.entry.title in shown.sentences[0]
    assert "significan" not in " ".join([*shown.sentences, *shown.exhibit.notes]).casefold()
