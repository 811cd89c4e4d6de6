"""Does the answer depend on how the question is asked?"""

from __future__ import annotations

from analytics.exhibits import Passage
from analytics.narrative.rereferrals.study import NO_COMPARISON, Rereferrals, answered
from analytics.narrative.rows import Row, alike, rows_of
from analytics.words import listed


def _ways(rows: list[Row]) -> str:
    """Name ways of asking: a whole model where all its averages agree."""
    named = []
    for (model, new), some in alike(rows, "model", "new_authorities").items():
        kept = " and new authorities kept" if new == "kept" else ""
        averages = "" if len(some) == 3 else f" ({' or '.join(row['average'] for row in some)})"
        named.append(f"the {model} model{kept}{averages}")
    return listed(named)


def _asked(study: Rereferrals) -> list[Row]:
    return rows_of(study.sensitivity, "model", "new_authorities", "average", "verdict", "status")


def sensitivity_sentences(study: Rereferrals) -> tuple[str, ...]:
    """Say whether the verdict is the same however it is asked; nothing where it cannot be asked."""
    asked = [row for row in _asked(study) if row["verdict"] != NO_COMPARISON]
    if not asked:
        return ()
    models = list(dict.fromkeys(row["model"] for row in asked))
    verdicts = alike(asked, "verdict")
    if len(verdicts) == 1:
        under = (
            "under both neighbour models"
            if len(models) == 2
            else f"under the {models[0]} neighbour model, the only one that can be used,"
        )
        return (
            f"The answer is the same {under} and whether the neighbours are pooled or their mean or median "
            "is taken.",
        )
    answers = [
        f"with {_ways(rows)}, the rate is {answered(verdict)}" for (verdict,), rows in verdicts.items()
    ]
    return (f"The answer depends on how it is asked: {'; '.join(answers)}.",)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def describe_sensitivity(study: Rereferrals) -> Passage:
    """Say what was varied, and what came of it."""
    text = [
        "The question is asked again with each neighbour model and each average. National tools take the "
        "mean, or the median, of one model for every year."
    ]
    rows = _asked(study)
    if any(row["new_authorities"] == "kept" for row in rows):
        text.append(
            "Where a neighbour was in its first year, it is also asked with that neighbour kept, as the "
            "national tools keep it: a child's earlier history does not follow to a new authority, so its "
            "rate starts too low."
        )
    found = sensitivity_sentences(study)
    unable = alike([row for row in rows if row["verdict"] == NO_COMPARISON], "status")
    said_of = [f"{_capital(_ways(some))}: {status}" for (status,), some in unable.items()]
    return Passage((*text, *found, *(f"{each}." for each in said_of)))
