"""What will agency share be, how probable is the target, and how often would the method have been right?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from analytics import plan as plans
from analytics.assumptions import as_day, assumptions
from analytics.errors import InputError
from analytics.evidence import read_claims
from analytics.exhibits import Caption, Finding
from analytics.figures import Figures
from analytics.measures import measure
from analytics.studies import base
from analytics.studies import workforce_audit as audit
from analytics.studies import workforce_grid as grid
from analytics.studies.comparison import check_request
from analytics.studies.rates import TOO_SMALL, own_rows
from analytics.studies.workforce import cohort, tables, targets
from analytics.studies.workforce.backtest import backtest
from analytics.studies.workforce.panel import FIRST
from analytics.studies.workforce.projection import MEASURES as PROJECTED
from analytics.studies.workforce.projection import Setting, project, scenarios_of
from analytics.studies.workforce.response import RESPONSE, responses
from analytics.words import day_in_words

NAME = "workforce"
QUESTION = "What will the agency share be?"
MEASURES = ["agency_rate_fte", "vacancy_rate_fte", "caseload_fte"]
START = [
    "inpost_fte", "agency_fte", "agency_headcount", "vacancy_fte", "agency_rate_fte", "agency_rate_headcount",
    "vacancy_rate_fte", "turnover_rate_fte", "caseload_fte",
]  # fmt: skip
EARLIEST = 2019
"""A projection needs two years of changes before it."""
LONGEST = 60
UNCHECKED = "simulated changes cannot be held against published ones yet"
HORIZON, DRAWS, RANDOM = 24, 5000, 20231231


@dataclass(frozen=True, kw_only=True)
class Study(base.Study):
    """The study of the workforce: where it stands, where it may go, and the record of such forecasts.

    `start_day` is the day that the projection is made for; figures are those of `year`, as then
    published (`vintage`). `reason` says why there is no projection, and is empty where there is one.
    `people` is what is known of international recruits, `stale` what was known too long ago.
    """

    start_day: date
    horizon: int
    vintage: str
    target_rate: float
    target_from: str
    reason: str
    people: plans.Cohort | None
    stale: str
    start: pd.DataFrame
    past: pd.DataFrame
    pipeline: pd.DataFrame
    contradictions: pd.DataFrame
    assumptions: pd.DataFrame
    projection: pd.DataFrame
    scenarios: pd.DataFrame
    target: pd.DataFrame
    base_rate: pd.DataFrame
    claim: pd.DataFrame
    response: pd.DataFrame
    backtest: pd.DataFrame
    backtest_origins: pd.DataFrame
    rivals: pd.DataFrame
    residual_check: pd.DataFrame
    asked: tuple[tuple[str, str], ...]

    @property
    def papers(self) -> Caption:
        """The caption of what council papers said, held against published figures."""
        dated = self.pipeline[["title", "dated"]].drop_duplicates().to_numpy()
        titles = [f"{title}, {day_in_words(date.fromisoformat(day))}" for title, day in dated]
        said = "; ".join([*titles, self.caption.source]) if titles else self.caption.source
        return replace(self.caption, source=said, period="as the papers are dated")

    @property
    def subtitle(self) -> str:
        """Say whose projection it is, from which day, on which figures."""
        made = f"{self.area_name}, projected from {day_in_words(self.start_day)}"
        return made if self.start_day == date(self.year, 9, 30) else f"{made} on figures of {self.period}"

    @property
    def started(self) -> str:
        """The day of the projection as text, year first."""
        return self.start_day.isoformat()

    @property
    def projected(self) -> list[str]:
        """Name the measures that the projection has, agency rate first; that one alone where it has none."""
        return list(self.projection["measure"].unique()) or MEASURES[:1]

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Name the parameters beside area and year that decide the figures, and what they were."""
        return (*super().options, *self.asked)


def study(
    figures: Figures,
    area: str,
    year: int | None = None,
    neighbour_model: str = "2025",
    *,
    start: str = "",
    horizon: int = HORIZON,
    target: float | str | None = None,
    plan: str = "",
    draws: int = DRAWS,
    seed: int = RANDOM,
) -> Study:
    """Project an area's workforce from a day, on what was published of the 30 September before it.

    Args:
        figures: the processed tables.
        area: what a person types for an authority.
        year: 30 September of this year; that before `start`, or the latest published, where left out.
        neighbour_model: "2021" or "2025".
        start: the day of the projection, year first; 30 September of the year where left out.
        horizon: months from the start, 1 to 60.
        target: agency rate to be reached, per cent; where left out, what the council's own papers
            expected, or else the region's published rate.
        plan: a file of what is known of recruits and of assumptions to replace (docs/plan.md).
        draws: how many outcomes are simulated.
        seed: where chance begins.

    Raises:
        InputError: one of these cannot be used; the message says which, and what can.
    """
    year, day = _when(figures, year, start)
    keys, year = check_request(figures, [area], year, neighbour_model, MEASURES[0])
    goal = _goal(target)
    _check(horizon, draws, day, year)
    known = figures.as_published(year)
    common = base.common_tables(known, keys, year, neighbour_model, MEASURES)
    counted = "children's social workers"
    (own,) = base.fields(known, keys, year, neighbour_model, MEASURES, counted, common).values()
    vintage = figures.vintage(year)
    newest = f"{figures.releases[measure(MEASURES[0]).publication.key]} release"
    own["caption"] = replace(own["caption"], source=own["caption"].source.replace(newest, vintage))
    given = plans.read_plan(plan) if plan else plans.Plan()
    plans.check_plan(given, day, plan or "plan")
    people, stale = _people(given, own["slug"], day)
    setting = Setting(
        figures=figures,
        area=figures.reporting_unit(keys[0], MEASURES[0]),
        year=year,
        start=day,
        offset=_offset(day, year),
        months=_offset(day, year) + horizon,
        people=people,
        held=assumptions(day, given.assumptions, plan or "assumptions"),
        draws=draws,
        seed=seed,
    )
    wanted, whence = _target(own, goal, day)
    projected = _projected(setting, wanted, set(given.assumptions))
    told = _council(own["slug"], known, keys[0], day, projected["response"])
    asked = {"start": day.isoformat(), "horizon": f"{horizon}", "target": f"{wanted:g}", "plan": plan}
    asked |= {"draws": f"{draws}", "seed": f"{seed}"}
    made = Study(
        name=NAME,
        question=QUESTION,
        start_day=day,
        horizon=horizon,
        vintage=vintage,
        target_rate=wanted,
        target_from=whence,
        people=people,
        stale=stale,
        start=starting_position(known, keys[0], year),
        past=published_past(known, keys[0], year),
        pipeline=recruitment_pipeline(own["slug"], day),
        asked=tuple((name, value) for name, value in asked.items() if value),
        **told,
        **projected,
        **own,
    )
    return replace(made, findings=made.findings + _findings(made))


def _when(figures: Figures, year: int | None, start: str) -> tuple[int, date]:
    """Find the year of the figures and the day of the projection.

    Raises:
        InputError: the day is none, or is before the figures of the year that was asked for.
    """
    held = [each for each in figures.years(MEASURES[0]) if each >= FIRST]
    if not start:
        year = held[-1] if year is None else year
        return year, date(year, 9, 30)
    day = as_day(start, "start")
    before = [each for each in held if date(each, 9, 30) <= day]
    if not before:
        raise InputError(
            f"start {start}: the first figures held are of 30 September {held[0]}. Choose a later day."
        )
    if year is not None and year != before[-1]:
        raise InputError(
            f"year {year}, start {start}: the last figures held before that day are of {before[-1]}. "
            f"Leave the year out, or give {before[-1]}."
        )
    return before[-1], day


def _offset(day: date, year: int) -> int:
    """Give the months from the figures to the start."""
    return round(cohort.months_between(date(year, 9, 30), day))


def _goal(target: float | str | None) -> float | None:
    """Give the target as a number, or nothing where it is left out.

    Raises:
        InputError: it is no number from 0 to 100.
    """
    if target is None or target == "":
        return None
    try:
        goal = float(target)
    except ValueError:
        goal = float("nan")
    if not 0 <= goal <= 100:
        raise InputError(
            f"target {target}: an agency rate is a number from 0 to 100, in per cent. Choose one between."
        )
    return goal


def _check(horizon: int, draws: int, day: date, year: int) -> None:
    """Refuse a horizon or a number of draws that cannot be used.

    Raises:
        InputError: it says which, and what can.
    """
    most = LONGEST - _offset(day, year)
    if most < 1:
        raise InputError(
            f"start {day}: the last figures held are of 30 September {year}, and a projection ends at most "
            f"{LONGEST} months after them. Choose an earlier day."
        )
    if not 1 <= horizon <= most:
        raise InputError(
            f"horizon {horizon}: a projection from {day} on the figures of {year} goes 1 to {most} months "
            "ahead. Choose a number of months between."
        )
    if not 100 <= draws <= 100_000:
        raise InputError(f"draws {draws}: choose from 100 to 100,000 simulated outcomes.")


def _people(given: plans.Plan, slug: str, day: date) -> tuple[plans.Cohort | None, str]:
    """Give the recruits to project with, and whose counts were too old to be."""
    if given.cohort is not None:
        return given.cohort, ""
    told = plans.cohort_of_claims(slug, day)
    if told is not None and cohort.is_stale(told, day):
        return None, told.source
    return told, ""


def _target(own: dict[str, Any], target: float | None, day: date) -> tuple[float, str]:
    """Give the target and where it is from."""
    if target is not None:
        return float(target), "as asked for"
    claims = read_claims(own["slug"])
    told = claims[
        claims["statement"].str.startswith(grid.AFTERWARDS) & (claims["dated"] <= day.isoformat())
    ].dropna(subset=["value"])
    if len(told):
        return float(told["value"].iloc[0]), "expected by the council's own paper"
    rows = own["position"]
    region = rows[(rows["kind"] == "region") & (rows["measure"] == MEASURES[0])]["value"]
    england = rows[(rows["kind"] == "england") & (rows["measure"] == MEASURES[0])]["value"]
    if len(region.dropna()):
        return float(region.iloc[0]), "the region's published rate"
    return float(england.iloc[0]), "England's published rate"


def _projected(setting: Setting, target: float, replaced: set[str]) -> dict[str, Any]:
    """Give the tables of the projection, or why there is none."""
    empty = {
        "projection": pd.DataFrame(columns=tables.PROJECTION),
        "scenarios": pd.DataFrame(columns=tables.SCENARIOS),
        "assumptions": pd.DataFrame(columns=tables.ASSUMPTIONS),
        "target": pd.DataFrame(columns=targets.TARGET),
        "base_rate": pd.DataFrame(columns=targets.BASE_RATE),
        "response": pd.DataFrame(columns=RESPONSE),
    }
    if setting.year < EARLIEST:
        why = f"projections begin with the figures of {EARLIEST}: earlier ones have too few years before them"
        return empty | _record(setting) | {"reason": why}
    found = _record(setting) | {"response": responses(setting.figures, setting.year)}
    made = project(setting)
    if made is None:
        why = "no agency figure, posts or forecast to start from is published for it"
        if setting.area in TOO_SMALL:
            why = "it has too few social workers for a forecast that is fitted on all authorities"
        return empty | found | {"reason": why}
    scenarios = scenarios_of(setting)
    planned = made.outlook(scenarios[0])
    found |= {
        "projection": tables.projection_table(setting, planned),
        "scenarios": tables.scenario_table(made, scenarios, planned),
        "assumptions": tables.assumption_table(setting, replaced),
        "target": targets.target_table(setting, planned, target),
        "base_rate": targets.base_rate(
            setting.figures, setting.year, float(planned.paths["agency_rate_fte"][0, 0]), target
        ),
        "reason": "",
    }
    if not tables.passes(found["residual_check"]):
        some = len(found["residual_check"])
        why = "simulated changes did not hold published ones as often as they should" if some else UNCHECKED
        found["scenarios"] = pd.DataFrame([{"status": why}], columns=tables.SCENARIOS)
    return found


def _record(setting: Setting) -> dict[str, Any]:
    """Give the record of the forecast and of the simulation up to the year."""
    record = backtest(setting.figures, setting.year)
    return {
        "backtest": record.table,
        "backtest_origins": record.origins,
        "rivals": record.rivals,
        "residual_check": tables.residual_check(setting.figures, setting.year),
    }


def _council(
    slug: str, known: Figures, area: str, day: date, response: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Hold what the council's papers said against each other, and its claim against each way to read it."""
    claims = read_claims(slug)
    published = published_shares(known, area)
    answer = None
    if len(response) and pd.notna(response["estimate"].iloc[0]):
        estimate, lower, upper = response[["estimate", "lower", "upper"]].iloc[0]
        answer = float(estimate), float(lower), float(upper)
    people = plans.cohort_of_claims(slug, day)
    dated = claims[claims["dated"] <= day.isoformat()]
    return {
        "contradictions": audit.contradictions(claims, published, day.isoformat(), audit.read_checks(slug)),
        "claim": grid.claim_grid(dated, published, answer, grid.joiners_of(people) if people else ()),
    }


def published_shares(figures: Figures, area: str) -> pd.DataFrame:
    """Give an area's published agency rate and its parts by year.

    Returns:
        `period, value, agency_fte, inpost_fte, title`, years with a figure alone.
    """
    rows = own_rows(figures, area, MEASURES[0]).set_index("period")
    parts = {name: own_rows(figures, area, name).set_index("period")["value"] for name in START[:2]}
    table = rows[["value"]].assign(**parts, title=measure(MEASURES[0]).title)
    return table.dropna(subset=["value"]).reset_index()


def starting_position(figures: Figures, area: str, year: int) -> pd.DataFrame:
    """Give an area's workforce as published for `year` and the year before.

    Returns:
        `measure, title, unit, value, value_before, status, status_before`.
    """
    rows = []
    for name in START:
        own = own_rows(figures, area, name).set_index("period").reindex([year, year - 1])
        values, statuses = own["value"].tolist(), own["status"].fillna("not published").tolist()
        entry = measure(name)
        rows.append((name, entry.title, entry.unit, *values, *statuses))
    columns = ["measure", "title", "unit", "value", "value_before", "status", "status_before"]
    return pd.DataFrame(rows, columns=columns)


def published_past(figures: Figures, area: str, year: int) -> pd.DataFrame:
    """Give an area's published figures of every measure that is projected, up to a year.

    Returns:
        `kind` ("area"), `comparator` (its name), `period, measure, value, status`.
    """
    rows = [own_rows(figures, area, name).assign(measure=name) for name in PROJECTED]
    table = pd.concat(rows, ignore_index=True).assign(kind="area", comparator=figures.name(area))
    table = table[table["period"].between(FIRST, year)]
    return table[["kind", "comparator", "period", "measure", "value", "status"]].reset_index(drop=True)


def recruitment_pipeline(slug: str, day: date) -> pd.DataFrame:
    """Give what council papers dated up to a day said of international recruits, and of agency share.

    The percentage that its quoted parts come to is kept beside a share.

    Returns:
        `claim, as_at, statement, value, unit, numerator, denominator, recomputed, title, dated,
        status`; no row where no claims are held.
    """
    claims = read_claims(slug)
    chosen = claims["topic"].eq("international") | claims["statement"].str.startswith("Agency share")
    known = claims["dated"] <= day.isoformat()
    columns = [
        "claim", "as_at", "statement", "value", "unit",
        "numerator", "denominator", "recomputed", "title", "dated",
    ]  # fmt: skip
    return claims.loc[chosen & known, columns].assign(status="").reset_index(drop=True)


def _findings(made: Study) -> tuple[Finding, ...]:
    """Name what the paper's sentences may state: the start, the outlook, the target, the record."""
    known = made.start[made.start["value"].notna() & ~made.start["measure"].isin(MEASURES)]
    found = [
        Finding(f"area_{row['measure']}", float(row["value"]), row["unit"])
        for row in known.to_dict("records")
    ]
    since = made.projection["month"] - _offset(made.start_day, made.year)
    for ahead, row in zip(since, made.projection.to_dict("records"), strict=True):
        if ahead not in tables.AHEAD:
            continue
        unit = measure(row["measure"]).unit
        found += [
            Finding(f"{row['measure']}_{ahead}_{part}", float(row[part]), unit)
            for part in ("p5", "p50", "p95")
        ]
    for row in made.target[made.target["month"].isin(tables.AHEAD)].to_dict("records"):
        found.append(Finding(f"probability_{row['month']}", float(row["probability"]), "probability"))
    if len(made.response) and pd.notna(made.response["estimate"].iloc[0]):
        found += [
            Finding(f"response_{part}", float(made.response[part].iloc[0]), "FTE")
            for part in ("estimate", "lower", "upper")
        ]
    for row in made.backtest[made.backtest["ours"].astype(bool)].to_dict("records"):
        name = f"{row['measure']}_{row['horizon']}"
        found += [
            Finding(f"crps_{name}", float(row["crps"]), "score"),
            Finding(f"crps_{name}_less_no_change", float(row["difference"]), "score"),
            Finding(f"coverage_80_{name}", float(row["coverage_80"]), "percent"),
        ]
    return tuple(found)
