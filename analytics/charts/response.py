"""How many agency FTE fewer went with one more permanent FTE, estimated in several ways."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analytics.charts import theme
from analytics.charts.intervals import (
    EVERY_AUTHORITY,
    FROM_NONE,
    columns_of,
    draw_rows,
    in_brackets,
    is_clear,
    span_of,
    why_none,
)
from analytics.exhibits import Caption, Exhibit
from analytics.words import legend, plain

PLACES = 2
ONE_FOR_ONE = 1.0


def plot_response(response: pd.DataFrame, caption: Caption, name: str = "response") -> Exhibit:
    """Draw the agency FTE fewer that went with one more permanent FTE, between none and one for one.

    `response` has a row a `model`, the headline first: `n, areas, p_value, note, status` and
    `estimate, lower, upper` in agency FTE fewer for one more permanent FTE.
    """
    title, shown = _title(response), _shown(response)
    svg, alt, notes = "", "", legend(shown)
    if response["estimate"].notna().any():
        alt, notes = _alt(response), (*_notes(response), *notes)
        svg = _draw(response, name, title, alt)
    parts = asdict(caption) | {
        "measure": "Agency social workers (FTE) fewer that go with one more permanent social worker (FTE)",
        "unit": "agency FTE for one permanent FTE",
        "geography": EVERY_AUTHORITY,
        "period": f"every year held to {caption.period}",
    }
    return Exhibit(
        name=name, title=title, **parts, table=response, shown=shown, svg=svg, alt=alt, notes=notes
    )


@theme.remember
def _draw(response: pd.DataFrame, name: str, title: str, alt: str) -> str:
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=0.4 * len(response) + 1.2)
        marks = ["headline", *["plain"] * (len(response) - 1)]
        draw_rows(axes, response, list(response["model"]), marks, PLACES)
        axes.axvline(ONE_FOR_ONE, color=theme.TEXT, linewidth=1.2, linestyle=theme.DASHES[1])
        for place, called in ((0.0, "none"), (ONE_FOR_ONE, "one for one")):
            axes.annotate(
                called, (place, 1), xytext=(0, 4), xycoords=("data", "axes fraction"), ha="center",
                textcoords="offset points", fontsize=9,
            )  # fmt: skip
        axes.set_xlabel("Agency FTE fewer, for one more permanent FTE")
        return theme.to_svg(figure, name, title, alt)


def _title(response: pd.DataFrame) -> str:
    """Say what the headline found, or that it can be told from none."""
    if response["estimate"].isna().all():
        return "No estimate of the response can be made"
    head = response.iloc[0]
    if pd.isna(head["estimate"]):
        return "No headline estimate of the response can be made"
    if not is_clear(head):
        return f"No clear link: {in_brackets(head, PLACES)} agency FTE fewer for one permanent"
    if head["estimate"] > 0:
        fewer = f"{plain(head['estimate'], PLACES)} fewer agency FTE ({span_of(head, PLACES)})"
        return f"One more permanent FTE went with {fewer}"
    turned = {"lower": -head["upper"], "upper": -head["lower"]}
    more = f"{plain(-head['estimate'], PLACES)} more agency FTE ({span_of(turned, PLACES)})"
    return f"One more permanent FTE went with {more}"


def _alt(response: pd.DataFrame) -> str:
    said = [
        f"Agency FTE fewer that went with one more permanent FTE, estimated in {len(response)} "
        f"{'ways' if len(response) > 1 else 'way'}, with 95% intervals; lines mark none and one for one."
    ]
    said += [f"{row['model']}: {in_brackets(row, PLACES)}." for row in response.to_dict("records")]
    return " ".join(said)


def _notes(response: pd.DataFrame) -> tuple[str, ...]:
    known = response.dropna(subset=["estimate"])
    short = int((known["upper"] < ONE_FOR_ONE).sum())
    return (
        f"The diamond is the headline; lines are 95% intervals. {FROM_NONE}",
        "At 1, one agency FTE fewer goes with each permanent FTE more: one for one. "
        f"{short or 'None'} of {len(known)} intervals {'lies' if short == 1 else 'lie'} wholly below 1.",
    )


def _shown(response: pd.DataFrame) -> pd.DataFrame:
    if response["estimate"].isna().all():
        return why_none(response, "Model", "no estimate can be made")
    columns = columns_of(response, [PLACES] * len(response), " (agency FTE)")
    return pd.DataFrame({"Model": response["model"]} | columns)
