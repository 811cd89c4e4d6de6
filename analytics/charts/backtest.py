"""Forecasts made as of earlier years, held against what was then published."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from analytics.charts import theme
from analytics.charts.cells import part
from analytics.charts.intervals import EVERY_AUTHORITY, in_brackets, signed, why_none, written
from analytics.charts.scenarios import Panel, draw_beside
from analytics.exhibits import Caption, Exhibit
from analytics.measures import measure
from analytics.words import legend, listed, plain

AGENCY, CASELOAD = "agency_rate_fte", "caseload_fte"
PLACES = 2
YEARS = {1: "1 year", 2: "2 years"}
NO_CHANGE = "persistence"
"""The key of the forecast that the others are set beside."""


SCORED = {AGENCY: "Agency rate (points)", CASELOAD: "Caseload (cases)"}
SHORT_UNIT = {AGENCY: "points", CASELOAD: "cases"}
MEASURED = "; ".join(measure(one).title for one in SCORED)
UNIT = "percentage points; cases per case holder; %"
BIAS = "Bias is the mean of forecast less published: above 0, forecasts were too high."
ALL = "all"
"""The origin of a row that is of all origins together."""
_draw = theme.remember(draw_beside)


def plot_backtest(backtest: pd.DataFrame, caption: Caption, name: str = "backtest") -> Exhibit:
    """Draw how much better or worse each forecast of agency rate was than no change, by years ahead.

    `backtest` has a row a `model` (a key; "persistence" is no change), `measure` ("agency_rate_fte"
    or "caseload_fte") and `horizon` (1 or 2 years): `title` in words, `n`, the errors `mae,
    median_ae, crps, bias` in the measure's unit, `mase`, `coverage_80, coverage_95` in per cent,
    `difference` (CRPS less that of no change) with its 95% interval `difference_lower,
    difference_upper`, `ours` (true of the forecast that the fan is drawn from) and `status`.
    """
    others = backtest[(backtest["model"] != NO_CHANGE) & (backtest["measure"] == AGENCY)]
    drawn = others[others["difference"].notna()]
    title, shown = _title(backtest), _shown(backtest)
    svg, alt, notes = "", "", legend(shown)
    if len(drawn):
        models = others.drop_duplicates("model").set_index("model")
        panels = [_panel(others, models.index, years) for years in sorted(drawn["horizon"].unique())]
        labels = list(models["title"])
        marks = ["headline" if ours else "plain" for ours in models["ours"].astype(bool)]
        alt, notes = _alt(panels, labels), (*_notes(backtest), *notes)
        svg = _draw(panels, labels, marks, name, title, alt)
    parts = _parts(caption) | {"measure": f"{MEASURED}: forecasts held against what was published"}
    return Exhibit(
        name=name, title=title, **parts, table=backtest, shown=shown, svg=svg, alt=alt, notes=notes
    )


def _parts(caption: Caption) -> dict[str, str]:
    return asdict(caption) | {
        "measure": MEASURED,
        "unit": UNIT,
        "geography": EVERY_AUTHORITY,
        "period": f"forecasts made as of earlier years, held against figures to {caption.period}",
    }


def _panel(others: pd.DataFrame, models: pd.Index, years: int) -> Panel:
    rows = others[others["horizon"] == years].set_index("model").reindex(models)
    columns = {
        "estimate": rows["difference"],
        "lower": rows["difference_lower"],
        "upper": rows["difference_upper"],
    }
    table = pd.DataFrame(columns | {"status": rows["status"].fillna("")})
    return Panel(
        table, f"{YEARS[int(years)]} ahead", "Score less that of no change\n(left is better)", PLACES
    )


def _beaten(backtest: pd.DataFrame, one: str) -> list[int] | None:
    """Give the years ahead at which ours did better than no change by more than chance; none if unscored."""
    ours = backtest[backtest["ours"].eq(True) & (backtest["measure"] == one)].dropna(subset=["difference"])
    better = ours.loc[ours["difference_upper"] < 0, "horizon"]
    return sorted(int(years) for years in better) if len(ours) else None


def _verdict(backtest: pd.DataFrame, one: str) -> str:
    """Say where our forecast of a measure beat no change."""
    beaten = _beaten(backtest, one)
    if beaten is None:
        return "was not held against no change"
    if not beaten:
        return "did not beat no change"
    if len(beaten) == 1:
        return f"beat no change at {YEARS[beaten[0]]} only"
    return f"beat no change at {listed([str(years) for years in beaten])} years"


def _title(backtest: pd.DataFrame) -> str:
    if backtest["difference"].isna().all():
        return "No forecast can be held against no change"
    return f"Our forecast {_verdict(backtest, AGENCY)}"


def _alt(panels: list[Panel], labels: list[str]) -> str:
    said = [
        "Score of each forecast of agency rate less that of no change, percentage points, with 95% "
        "intervals; below 0 is better."
    ]
    for panel in panels:
        rows = panel.rows.to_dict("records")
        each = [f"{label} {in_brackets(row, PLACES)}" for label, row in zip(labels, rows, strict=True)]
        said.append(f"{panel.title}: {'; '.join(each)}.")
    return " ".join(said)


def _notes(backtest: pd.DataFrame) -> tuple[str, ...]:
    notes = [
        "The score is the mean CRPS: how far what was published fell from the whole range of outcomes "
        "forecast, lower being better. No change is 0, the upright line; the diamond is the forecast that "
        "the fan is drawn from. Lines are 95% intervals, by bootstrap of authorities. Each panel has its "
        "own scale.",
        "A forecast beats no change where its interval lies wholly below 0. Points are percentage points. "
        "The scaled error is the mean error over that of no change one year ahead, up to then.",
    ]
    if backtest["measure"].eq(CASELOAD).any():
        notes.append(f"Of caseload, our forecast {_verdict(backtest, CASELOAD)}: see the table.")
    return (*notes, BIAS)


def _shown(backtest: pd.DataFrame) -> pd.DataFrame:
    if backtest[["crps", "mae", "difference"]].isna().all(axis=None):
        return why_none(backtest, "Forecast", "no forecast can be scored")
    rows = backtest.to_dict("records")
    errors = {
        "Mean error": "mae",
        "Median error": "median_ae",
        "Scaled error (MASE)": "mase",
        "Score (CRPS)": "crps",
        "Bias": "bias",
    }
    held = {"In the 80% range (%)": "coverage_80", "In the 95% range (%)": "coverage_95"}
    return pd.DataFrame(
        {
            "Forecast": backtest["title"],
            "Measure": [f"{SCORED[row['measure']]}, {YEARS[int(row['horizon'])]} ahead" for row in rows],
            "Forecasts": [part(row["n"], "no data") for row in rows],
        }
        | {
            header: [written(row[column], row["status"], PLACES) for row in rows]
            for header, column in errors.items()
        }
        | {"Score less that of no change (95% interval)": [_apart(row) for row in rows]}
        | {
            header: [written(row[column], row["status"], 1) for row in rows]
            for header, column in held.items()
        }
    )


def _apart(row: dict[str, Any]) -> str:
    sides = {"lower": row["difference_lower"], "upper": row["difference_upper"], "status": row["status"]}
    return in_brackets(sides | {"estimate": row["difference"]}, PLACES)


def tabulate_origins(origins: pd.DataFrame, caption: Caption, name: str = "backtest_origins") -> Exhibit:
    """Show how our forecasts did by the year that they were made from.

    `origins` has a row a `model`, `measure`, `horizon` and `origin` (the last year known): `title, n`,
    `crps, bias` in the measure's unit, `coverage_80` in per cent, `release` (which release the
    figures came from, in words), `ours` and `status`. Rows of ours are shown.
    """
    ours = origins[origins["ours"].eq(True)]
    title, shown = _origins_title(ours), _shown_origins(origins, ours)
    known = ours["bias"].notna().any()
    notes = (*([BIAS] if known else []), *legend(shown))
    parts = _parts(caption) | {"measure": f"{MEASURED}: our forecasts by the year they were made from"}
    return Exhibit(name=name, title=title, **parts, table=origins, shown=shown, notes=notes)


def _origins_title(ours: pd.DataFrame) -> str:
    """Say which year's forecasts of agency rate, or for want of it caseload, were furthest out on average."""
    known = ours.dropna(subset=["bias"])
    if known.empty:
        return "No bias of our forecasts can be given"
    one = AGENCY if known["measure"].eq(AGENCY).any() else CASELOAD
    rows = known[known["measure"] == one]
    row = rows.loc[rows["bias"].abs().idxmax()]
    bias = f"{signed(row['bias'], PLACES)} {SHORT_UNIT[one]}"
    ahead = YEARS[int(row["horizon"])]
    return f"Largest bias of {measure(one).short.lower()}: {bias}, {ahead} ahead from {row['origin']}"


def _shown_origins(origins: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    if ours[["crps", "bias"]].isna().all(axis=None):
        return why_none(ours if len(ours) else origins, "Made from", "no forecast of ours can be scored")
    rows = ours.to_dict("records")
    return pd.DataFrame(
        {
            "Made from": ours["origin"].astype(str),
            "Measure": [SCORED[row["measure"]] for row in rows],
            "Years ahead": [part(row["horizon"]) for row in rows],
            "Forecasts": [part(row["n"], "no data") for row in rows],
            "Score (CRPS)": [written(row["crps"], row["status"], PLACES) for row in rows],
            "Bias": [written(row["bias"], row["status"], PLACES) for row in rows],
            "In the 80% range (%)": [written(row["coverage_80"], row["status"], 1) for row in rows],
            "Figures from": [release or "not said" for release in ours["release"].fillna("")],
        }
    )


def tabulate_residual_check(check: pd.DataFrame, caption: Caption, name: str = "residual_check") -> Exhibit:
    """Show how many of the published one-year changes the simulated ones held.

    `check` has a row a `measure` (words) and `origin` ("all" for all years together): `n`,
    `coverage_50, coverage_80, coverage_95` in per cent, and `status`.
    """
    known = check.dropna(subset=["coverage_80", "n"])
    overall = known[known["origin"].astype(str) == ALL]
    title = "No simulated change can be checked"
    if len(overall):
        ends = [f"{plain(each, 0)}%" for each in (overall["coverage_80"].min(), overall["coverage_80"].max())]
        title = f"Simulated changes held {' to '.join(dict.fromkeys(ends))} where 80% was due"
    shown = _shown_check(check)
    notes = (f"The title is of the rows from “{ALL}” years together.",) if len(overall) else ()
    parts = _parts(caption) | {
        "measure": "Published one-year changes that lie in the simulated range",
        "unit": "%",
    }
    return Exhibit(name=name, title=title, **parts, table=check, shown=shown, notes=notes + legend(shown))


def _shown_check(check: pd.DataFrame) -> pd.DataFrame:
    levels = ("50", "80", "95")
    if check[[f"coverage_{level}" for level in levels]].isna().all(axis=None):
        return why_none(check, "Measure", "no simulated change can be checked")
    rows = check.to_dict("records")
    return pd.DataFrame(
        {
            "Measure": [f"{row['measure'][:1].upper()}{row['measure'][1:]}" for row in rows],
            "From": check["origin"].astype(str),
            "Changes": [part(row["n"], "no data") for row in rows],
        }
        | {
            f"In the {level}% range (%)": [
                written(row[f"coverage_{level}"], row["status"], 1) for row in rows
            ]
            for level in levels
        }
    )
