"""How old the figures are, against the months in which publications come out."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from analytics.figures import Figures
from analytics.health.answers import OK, TO_KNOW, Answer, Table, shown, some
from analytics.health.headline import held, publication
from analytics.measures import Publication, published_by, title_in_full
from analytics.words import day_in_words

HEADINGS = {
    "title": "Publication", "newest": "Newest held", "next": "Next", "due": "Comes out",
    "said": "On this day",
}  # fmt: skip
OVERDUE, DUE_NOW, NOT_YET = "overdue: fetch it", "may be out: look for it", "not out yet"
ABSENT = "not held: fetch it"
ORDER = (OVERDUE, ABSENT, DUE_NOW, NOT_YET)


def age(figures: Figures, today: date) -> Answer:
    """Say of each publication which release is the newest held, and whether the next one should be out."""
    rows = _rows(figures, today)
    counts = {"overdue": int((rows["said"] == OVERDUE).sum()), "absent": int((rows["said"] == ABSENT).sum())}
    counts["due_now"] = int((rows["said"] == DUE_NOW).sum())
    return Answer(
        name="age",
        title="Are these the newest figures?",
        verdict=TO_KNOW if any(counts.values()) else OK,
        sentences=tuple(
            map(_sentence, sorted(rows.to_dict("records"), key=lambda row: ORDER.index(row["said"])))
        ),
        counts=counts,
        tables=(
            Table(
                "age", f"Publications held and to come, on {day_in_words(today)}", rows, shown(rows, HEADINGS)
            ),
        ),
        notes=(
            "The months are those of recent years; the publisher's own calendar has the day. The models of "
            "statistical neighbours have none: they are made anew every few years.",
        ),
    )


def _rows(figures: Figures, today: date) -> pd.DataFrame:
    """Give a row for each publication, or two where its tables do not reach the same year."""
    newest = figures.table.groupby(figures.table["measure"].astype(str))["period"].max()
    names = held(figures)
    rows = []
    for about in published_by().values():
        own = [name for name in names if publication(name) == about.key]
        years = sorted({int(newest[name]) for name in own})
        rows += [_row(about, year, today, [n for n in own if newest[n] == year], years) for year in years]
        if not own:
            rows.append(_absent(about))
    return pd.DataFrame(rows, columns=["publication", *HEADINGS])


def _row(about: Publication, year: int, today: date, names: list[str], years: list[int]) -> dict[str, str]:
    due = about.due(year + 1)
    month_after = (due + timedelta(days=31)).replace(day=1)
    said = OVERDUE if today >= month_after else DUE_NOW if today >= due else NOT_YET
    only = f" ({some([title_in_full(name) for name in names], 1)})" if len(years) > 1 else ""
    return {
        "publication": about.key,
        "title": about.title + only,
        "newest": str(year),
        "next": str(year + 1),
        "due": f"{due:%B %Y}",
        "said": said,
    }


def _absent(about: Publication) -> dict[str, str]:
    nothing = dict.fromkeys(("newest", "next", "due"), "none")
    return {"publication": about.key, "title": about.title, **nothing, "said": ABSENT}


def _sentence(row: dict[str, str]) -> str:
    if row["said"] == ABSENT:
        return f"{row['title']}: none is held; fetch it."
    next_one = {
        OVERDUE: f"the {row['next']} release was due in {row['due']}: fetch it",
        DUE_NOW: f"the {row['next']} release is due this month: look for it",
        NOT_YET: f"the {row['next']} release is due in {row['due']}",
    }[row["said"]]
    return f"{row['title']}: newest held {row['newest']}; {next_one}."
