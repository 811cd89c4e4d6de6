"""An area's difference from its comparators, and from its neighbours each way they can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from analytics.charts.cells import area_of
from analytics.charts.forest import (
    NO_COMPARISON,
    against_limit,
    differences,
    draw_forest,
    forest_in_words,
    interval,
)
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS
from analytics.words import legend, listed, plain

CHANCE = ("newcombe_lower", "newcombe_upper")
PEERS = ("bootstrap_lower", "bootstrap_upper")
INTERVAL = ("lower", "upper")

IN_LINE, UNUSUAL = "in line", "unusual"
BY_CHANCE = "chance alone could give the difference"
SHORTLY = {
    (IN_LINE, True): "in line, and chance could give it",
    (IN_LINE, False): "in line, but more than chance",
    (UNUSUAL, True): "unusual, but chance could give it",
    (UNUSUAL, False): "unusual, and more than chance",
    ("", True): "chance could give it",
    ("", False): "more than chance",
}
"""A verdict in a title: how the area stands among its peers, and whether chance could give the difference."""


def plot_difference(difference: pd.DataFrame, caption: Caption, name: str = "difference") -> Exhibit:
    """Draw an area's rate less each comparator's, with what chance and the choice of peers allow.

    `difference` has a row a comparator: `comparator, kind, verdict, status`, the difference
    `difference_pp` and its 95% limits `newcombe_lower, newcombe_upper, bootstrap_lower,
    bootstrap_upper` in percentage points, and `t, t_critical`. A comparison that cannot be made
    has no number and says why in `status`.
    """
    title, shown = _difference_title(difference), _shown_difference(difference)
    svg, alt, notes = "", "", legend(shown)
    if difference["difference_pp"].notna().any():
        labels, notes = list(difference["comparator"]), _difference_notes(difference) + notes
        opening = "The area less each comparator, in percentage points, with 95% intervals."
        named = {"by chance alone": CHANCE, "with the choice of peers": PEERS}
        alt = forest_in_words(opening, difference, labels, named)
        svg = draw_forest(difference, labels, named, name, title, alt)
    parts = _parts(caption)
    return Exhibit(
        name=name, title=title, **parts, table=difference, shown=shown, svg=svg, alt=alt, notes=notes
    )


def plot_sensitivity(sensitivity: pd.DataFrame, caption: Caption, name: str = "sensitivity") -> Exhibit:
    """Draw the difference from neighbours each way that they can be chosen and averaged.

    `sensitivity` has a row a way: `model`, `new_authorities` ("left out", "kept" or "none among
    them"), `average, areas_used, verdict, status`, the neighbours' figure `value` in per cent, the
    difference `difference_pp` with its 95% limits `lower, upper` in percentage points, and
    `t, t_critical`.
    """
    labels = [_way(row) for row in sensitivity.to_dict("records")]
    title, shown = _sensitivity_title(sensitivity), _shown_sensitivity(sensitivity, labels)
    svg, alt, notes = "", "", legend(shown)
    if sensitivity["difference_pp"].notna().any():
        opening = (
            "The area less its neighbours, in percentage points, each way they can be chosen and averaged."
        )
        named = {"95% interval": INTERVAL}
        alt = forest_in_words(opening, sensitivity, labels, named)
        svg = draw_forest(sensitivity, labels, named, name, title, alt)
        notes = (*_sensitivity_notes(sensitivity), *notes)
    models = listed(sorted(sensitivity["model"].unique()))
    where = f"{area_of(caption)}; statistical neighbours ({models} models)"
    parts = _parts(caption) | {"geography": where}
    return Exhibit(
        name=name, title=title, **parts, table=sensitivity, shown=shown, svg=svg, alt=alt, notes=notes
    )


def _parts(caption: Caption) -> dict[str, str]:
    measure = f"Difference in {caption.measure[:1].lower()}{caption.measure[1:]}"
    return asdict(caption) | {"measure": measure, "unit": "percentage points"}


def _difference_title(difference: pd.DataFrame) -> str:
    """State how far the area is from its neighbours, and what may be made of it."""
    peers = difference[difference["kind"].str.startswith("neighbours")]
    if difference["difference_pp"].isna().all():
        return "No comparison can be made"
    if peers.empty or pd.isna(peers["difference_pp"].iloc[0]):
        return "No comparison with its neighbours can be made"
    row = peers.iloc[0]
    others = "its neighbours' mean" if row["kind"] == "neighbours_mean" else "its neighbours"
    apart = round(row["difference_pp"], 1)
    where = f"{plain(abs(apart), 1)} percentage points {'above' if apart > 0 else 'below'} {others}"
    return f"{where if apart else f'Level with {others}'}: {_shortly(row['verdict'])}"


def _shortly(verdict: str) -> str:
    """Say a verdict in a title's few words.

    >>> _shortly("in line; higher by more than chance")
    'in line, but more than chance'
    """
    place, _, chance = verdict.rpartition("; ")
    return SHORTLY[place, chance == BY_CHANCE]


def _difference_notes(difference: pd.DataFrame) -> tuple[str, ...]:
    notes = [
        "Diamonds are differences. The thick bar allows for chance in the counts (Newcombe's 95% interval)."
    ]
    if difference["bootstrap_lower"].notna().any():
        notes += [
            "The thin line with end caps allows also for which authorities happen to be the peers "
            "(95% interval by bootstrap)."
        ]
    if difference["t"].notna().any():
        notes += [
            "The column t asks whether the area is further from its peers than they are from each other: "
            "beyond its limit, above or below (95%), the area is unusual among them."
        ]
    return tuple(notes)


def _sensitivity_notes(sensitivity: pd.DataFrame) -> tuple[str, ...]:
    notes = ["Diamonds are differences; bars are 95% intervals that allow for chance in the counts alone."]
    if sensitivity["new_authorities"].isin(["kept", "left out"]).any():
        notes += ["Authorities in their first year are left out unless a row says that they are kept."]
    return tuple(notes)


def _shown_difference(difference: pd.DataFrame) -> pd.DataFrame:
    if difference.empty:
        return pd.DataFrame({"Area less": ["no comparison can be made: no comparator is held"]})
    rows = difference.to_dict("records")
    return pd.DataFrame(
        {
            "Area less": difference["comparator"],
            "Difference (percentage points)": differences(rows),
            "Interval by chance alone (Newcombe, 95%)": [interval(row, CHANCE) for row in rows],
            "Interval with the choice of peers (bootstrap, 95%)": [interval(row, PEERS) for row in rows],
            "t, and its limit": [against_limit(row) for row in rows],
            "Verdict": difference["verdict"],
        }
    )


def _way(row: dict[str, object]) -> str:
    """Name one way of choosing and averaging the neighbours.

    >>> _way({"model": "2025", "average": "pooled", "new_authorities": "kept"})
    '2025 model, pooled, new authorities kept'
    """
    kept = ", new authorities kept" if row["new_authorities"] == "kept" else ""
    return f"{row['model']} model, {row['average']}{kept}"


def _sensitivity_title(sensitivity: pd.DataFrame) -> str:
    """Say whether every way gives the same verdict; one without peers gives its half of it."""
    made = sensitivity[sensitivity["difference_pp"].notna()]
    if made.empty:
        return "No comparison can be made"
    parts = {part for verdict in made["verdict"] for part in verdict.split("; ")} - {NO_COMPARISON}
    places = parts & {IN_LINE, UNUSUAL}
    if len(places) > 1 or len(parts - places) > 1:
        return "The answer depends on how it is asked"
    if len(made) < len(sensitivity):
        return f"The answer is the same in the {len(made)} of {len(sensitivity)} ways it can be asked"
    return "The answer is the same however it is asked"


def _shown_sensitivity(sensitivity: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    if sensitivity.empty:
        return pd.DataFrame({"Neighbours": ["no comparison can be made: no neighbours are held"]})
    rows = sensitivity.to_dict("records")
    return pd.DataFrame(
        {
            "Neighbours": labels,
            "Authorities used": [
                f"{used:,.0f}" if pd.notna(used) else "none" for used in sensitivity["areas_used"]
            ],
            f"Neighbours' figure ({UNIT_WORDS['percent']})": [
                "no data" if pd.isna(value) else plain(value, 1) for value in sensitivity["value"]
            ],
            "Difference (percentage points)": differences(rows),
            "95% interval (percentage points)": [interval(row, INTERVAL) for row in rows],
            "t, and its limit": [against_limit(row) for row in rows],
            "Verdict": sensitivity["verdict"],
        }
    )
