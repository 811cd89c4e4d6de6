"""Small tables of the kinds that charts draw, with figures that can be checked by eye."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.exhibits import Caption

MEASURE = "rereferral_percent"
CAPTION = Caption(
    measure="Re-referrals within 12 months",
    unit="%",
    population="referrals to children's social care",
    geography="Bury; statistical neighbours (2025 model), North West and England",
    period="year to 31 March 2025",
    source="Department for Education, Children in need, 2025 release",
)

IN_LINE = "in line; chance alone could give the difference"
IN_LINE_HIGHER = "in line; higher by more than chance"
UNUSUAL_LOWER = "unusual; lower by more than chance"
UNUSUAL = "unusual; chance alone could give the difference"
LOWER = "lower by more than chance"
BY_CHANCE = "chance alone could give the difference"
NONE = "no comparison"


def difference() -> pd.DataFrame:
    """Give four comparators of Bury: two with both intervals, the year before with one, one missing."""
    rows = [
        ("Statistical neighbours, pooled", 3.7, 2.1, 5.3, -0.4, 7.2, 0.79, 2.26, IN_LINE_HIGHER,
         "neighbours_pooled", 10.0, ""),
        ("North West", -4.26, -5.9, -2.6, -6.8, -1.7, -2.5, 2.07, UNUSUAL_LOWER, "region", 23.0, ""),
        ("England", *[np.nan] * 7, NONE, "england", np.nan, "x"),
        ("The year before", 0.2, -2.2, 2.5, *[np.nan] * 4, BY_CHANCE,
         "year_before", np.nan, ""),
    ]  # fmt: skip
    columns = [
        "comparator", "difference_pp", "newcombe_lower", "newcombe_upper", "bootstrap_lower",
        "bootstrap_upper", "t", "t_critical", "verdict", "kind", "peers", "status",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def without_numbers(table: pd.DataFrame, status: str) -> pd.DataFrame:
    """Take every number away and give the reason instead."""
    blank = dict.fromkeys(table.select_dtypes("number").columns, np.nan)
    return table.assign(**blank, status=status, verdict=NONE)


def sensitivity() -> pd.DataFrame:
    """Give six ways of choosing and averaging Bury's neighbours, every one with the same verdict."""
    ways = [
        (model, authorities, average)
        for model, authorities in (("2025", "none among them"), ("2021", "left out"))
        for average in ("pooled", "mean", "median")
    ]
    rows = [
        (*way, 10, 22.3 + step, 3.7 - step, 2.1 - step, 5.3 - step, 0.79, 2.26, IN_LINE_HIGHER, "")
        for step, way in enumerate(ways)
    ]
    columns = [
        "model", "new_authorities", "average", "areas_used", "value", "difference_pp", "lower", "upper",
        "t", "t_critical", "verdict", "status",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


AUTHORITIES = [
    # name, kind, denominator, value, zone, adjusted zone, status
    ("Lancashire", "neighbour", 7948.0, 16.3, "below 99.8%", "within", ""),
    ("Bury", "area", 2905.0, 26.0, "above 99.8%", "within", ""),
    ("Stockton-on-Tees", "neighbour", 2200.0, 27.9, "above 99.8%", "within", ""),
    ("Leeds", "other", 9000.0, 36.5, "above 99.8%", "above 99.8%", ""),
    ("Kent", "other", 15000.0, 22.8, "within", "within", ""),
    ("Rutland", "other", 400.0, 19.5, "within", "within", ""),
    ("Derby", "other", 3000.0, 19.6, "below 99.8%", "within", ""),
    ("York", "other", 1500.0, 20.1, "below 95%", "within", ""),
    ("Hampshire", "neighbour", 8000.0, np.nan, "", "", "u"),
    ("Cumberland", "other", 2500.0, 10.7, "", "", "first year of a new authority, not comparable"),
]


def funnel() -> pd.DataFrame:
    """Give ten authorities around 22.5%: five outside chance, one of them outside wider limits too."""
    columns = ["name", "kind", "denominator", "value", "zone", "zone_adjusted", "status"]
    table = pd.DataFrame(AUTHORITIES, columns=columns).assign(centre=22.5)
    table["area"] = [f"{900 + row}" for row in range(len(table))]
    spread = np.sqrt(22.5 * 77.5 / table["denominator"])
    for suffix, between in (("", 0.0), ("_adjusted", 3.5)):
        for level, z in (("95", 1.96), ("998", 3.09)):
            wide = z * np.sqrt(spread**2 + between**2)
            table[f"lower_{level}{suffix}"], table[f"upper_{level}{suffix}"] = 22.5 - wide, 22.5 + wide
    limits = [column for column in table if column.startswith(("lower", "upper"))]
    table.loc[table["zone"] == "", limits] = np.nan
    return table


def shrunken() -> pd.DataFrame:
    """Give ten authorities of which eight are ranked; Bury is the sixth."""
    ranks = {
        "Lancashire": (1, 1, 2), "Rutland": (2, 1, 5), "Derby": (3, 2, 4), "York": (4, 2, 5),
        "Kent": (5, 4, 6), "Bury": (6, 5, 7), "Stockton-on-Tees": (7, 6, 7), "Leeds": (8, 8, 8),
    }  # fmt: skip
    columns = ["name", "kind", "denominator", "value", "zone", "zone_adjusted", "status"]
    table = pd.DataFrame(AUTHORITIES, columns=columns)[["name", "kind", "value", "status", "denominator"]]
    table["area"] = [f"{900 + row}" for row in range(len(table))]
    places = [ranks.get(name, (np.nan,) * 3) for name in table["name"]]
    table[["rank", "rank_lower", "rank_upper"]] = places
    ranked = table["rank"].notna()
    table["weight"] = (table["denominator"] / (table["denominator"] + 100)).where(ranked)
    table["shrunken"] = (22.5 + table["weight"] * (table["value"] - 22.5)).where(ranked)
    return table.assign(lower=table["shrunken"] - 1.5, upper=table["shrunken"] + 1.5)


SERIES = {
    "area": ("Bury", [24.0, 30.0, 34.1, 25.8, 26.0]),
    "neighbours_pooled": ("Statistical neighbours, pooled", [21.0, 21.5, 22.0, 22.1, 22.3]),
    "neighbours_lowest": ("Lowest neighbour", [12.0, 14.0, 13.0, 15.0, 16.3]),
    "neighbours_highest": ("Highest neighbour", [33.0, 35.0, 31.0, 30.0, 28.8]),
    "region": ("North West", [22.0, 22.5, 21.0, 21.8, 21.9]),
    "england": ("England", [21.9, 22.6, 21.5, 22.4, 22.6]),
}


def trend(measure: str = MEASURE) -> pd.DataFrame:
    """Follow Bury, its neighbours with their range, its region and England from 2021 to 2025."""
    return pd.DataFrame(
        [
            (year, comparator, kind, measure, value, "")
            for kind, (comparator, values) in SERIES.items()
            for year, value in zip(range(2021, 2026), values, strict=True)
        ],
        columns=["period", "comparator", "kind", "measure", "value", "status"],
    )


def evidence() -> pd.DataFrame:
    """Give two months quoted in one paper, one with a published year and one without, and words alone."""
    title, said = "Update on Performance, January 2019", "Referrals that were repeat referrals"
    rows = [
        ("one", "2018-08-31", said, title, 25.0, "percent", "year to 31 March 2018",
         21.5, 20.1, 23.0, 3.5, "2021", 20.4, IN_LINE, ""),
        ("two", "2018-11-30", said, title, 33.5, "percent", "year to 31 March 2019",
         np.nan, np.nan, np.nan, np.nan, "2021", np.nan, NONE, "c"),
        ("three", None, "In line with statistical neighbours", title, np.nan, "", "year to 31 March 2018",
         21.5, 20.1, 23.0, np.nan, "2021", 20.4, IN_LINE, ""),
    ]  # fmt: skip
    columns = [
        "claim", "as_at", "statement", "title", "claimed", "unit", "period", "published", "lower", "upper",
        "difference_pp", "neighbour_model", "neighbours_pooled", "verdict", "status",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


WORKFORCE_CAPTION = Caption(
    measure="Average caseload; agency worker rate",
    unit="cases per case holder; %",
    population="children and family social workers",
    geography="Bury; statistical neighbours (2025 model), North West and England",
    period="30 September 2025",
    source="Department for Education, Children's social work workforce, 2025 release",
)


def scatter() -> pd.DataFrame:
    """Give seven authorities of which five have an agency rate and a caseload; Bury has both."""
    rows = [
        ("Lancashire", "neighbour", 10.0, 18.0, ""),
        ("Leeds", "other", 4.0, 15.5, ""),
        ("Bury", "area", 24.2, 14.93, ""),
        ("Stockton-on-Tees", "neighbour", 30.0, 16.0, ""),
        ("Rutland", "other", 0.0, 12.0, "low"),
        ("Hampshire", "neighbour", np.nan, 17.2, "x"),
        ("Hackney", "other", np.nan, np.nan, "u"),
    ]
    table = pd.DataFrame(rows, columns=["name", "kind", "agency_rate_fte", "caseload_fte", "status"])
    return table.assign(area=[f"{900 + row}" for row in range(len(table))], period=2025)


ESTIMATE = ["n", "areas", "estimate", "lower", "upper", "p_value", "note", "status"]
NO_NUMBERS = [np.nan] * 6


def estimates() -> pd.DataFrame:
    """Give a headline that cannot be told from none, two other ways, a range, a log and one missing."""
    within, case = "Within authorities", "caseload"
    rows = [
        ("within", within, case, 1400, 158, -0.15, -0.418, 0.121, 0.273, "", ""),
        ("between", "Between authorities", case, 158, 158, 0.62, 0.2, 1.04, 0.00004, "means", ""),
        ("people", within, "caseload (people)", 1400, 158, -0.2, -0.5, 0.1, 0.19, None, ""),
        ("leave_one_out", "Each left out in turn", case, 1400, 158, -0.15, -0.2, -0.1, np.nan, "", ""),
        ("log", within, "log caseload", 1400, 158, -0.84, -2.31, 0.64, 0.265, "", ""),
        ("lead", "Agency rate a year later", case, *NO_NUMBERS, "", "too few years"),
    ]
    return pd.DataFrame(rows, columns=["key", "model", "outcome", *ESTIMATE])


def parts() -> pd.DataFrame:
    """Give four parts of caseload: fewer case holders can be told from none, the rest cannot."""
    rows = [
        ("caseload", "log caseload", 1400, 158, 0.84, -0.64, 2.31, 0.265, "", ""),
        ("cases", "log cases", 1400, 158, -0.71, -1.9, 0.48, 0.241, "", ""),
        ("case holders", "log case holders", 1400, 158, -1.55, -2.94, -0.16, 0.029, "", ""),
        ("workforce", "log workforce", 1400, 158, 0.3, -0.9, 1.5, 0.62, "", ""),
    ]
    return pd.DataFrame(rows, columns=["part", "outcome", *ESTIMATE])


PER_TEN, PER_CASE = "cases per 10 percentage points", "percentage points per case"


def timing(**clear: float) -> pd.DataFrame:
    """Give four estimates that cannot be told from none, but for those named `clear` with theirs.

    Names: `before`, `same`, `placebo` (caseload on agency) and `reverse`.
    """
    rows = [
        ("before", "Does caseload follow agency?", "caseload", "agency rate", -1, PER_TEN, False),
        ("same", "Do they go together?", "caseload", "agency rate", 0, PER_TEN, False),
        ("placebo", "Does caseload go before agency?", "caseload", "agency rate", 1, PER_TEN, True),
        ("reverse", "Does agency follow caseload?", "agency rate", "caseload", -1, PER_CASE, False),
    ]
    question = ["key", "question", "outcome", "regressor", "offset", "unit", "placebo"]
    table = pd.DataFrame(rows, columns=question).assign(n=1240, areas=155, p_value=0.41, note="", status="")
    table["estimate"] = [clear.get(key, 0.1) for key in table["key"]]
    apart = [abs(clear[key]) / 2 if key in clear else 0.3 for key in table["key"]]
    return table.assign(lower=table["estimate"] - apart, upper=table["estimate"] + apart).drop(columns="key")


def decomposition() -> pd.DataFrame:
    """Take a fall from 20.2 to 14.9 apart: year by year, with a year missing, and as a whole."""
    spans = [
        ("whole", 2021, 2025, (20.2, 14.9), (-2.9, -2.8, 0.4), ""),
        ("year", 2021, 2022, (20.2, 18.0), (-1.5, -0.9, 0.2), ""),
        ("year", 2022, 2023, (np.nan, np.nan), (np.nan,) * 3, "figures missing for 2023"),
        ("year", 2023, 2024, (np.nan, np.nan), (np.nan,) * 3, "figures missing for 2023"),
        ("year", 2024, 2025, (15.4, 14.9), (0.3, -1.0, 0.2), ""),
    ]
    figures = {"cases": (1616.0, 1400.0), "workforce": (100.0, 119.5), "share": (80.0, 78.6)}
    rows = []
    for span, start, end, ends, contributions, status in spans:
        for part, contribution in zip(figures, contributions, strict=True):
            rows.append((span, start, end, part, *figures[part], contribution, status))
        rows.append((span, start, end, "caseload", *ends, ends[1] - ends[0], status))
    columns = ["span", "start", "end", "part", "before", "after", "contribution", "status"]
    return pd.DataFrame(rows, columns=columns).assign(unit="cases per case holder")


def slopes() -> pd.DataFrame:
    """Give six authorities of which five have a slope; Bury's is the second highest."""
    rows = [
        ("Lancashire", "neighbour", -0.2, -0.7, 0.3, 9, ""),
        ("Leeds", "other", 0.6, 0.1, 1.1, 9, ""),
        ("Bury", "area", 0.31, -0.2, 0.82, 8, ""),
        ("Stockton-on-Tees", "neighbour", -0.9, -1.4, -0.4, 9, ""),
        ("Rutland", "other", -0.15, -0.8, 0.5, 3, ""),
        ("Hampshire", "neighbour", np.nan, np.nan, np.nan, np.nan, "x"),
    ]
    table = pd.DataFrame(rows, columns=["name", "kind", "slope", "lower", "upper", "years", "status"])
    return table.assign(area=[f"{900 + row}" for row in range(len(table))])


MODELS = (
    "unweighted", "weighted by referrals", "first differences", "with the rate of the year before", "log odds"
)  # fmt: skip


def outcomes(*clear: tuple[int, str]) -> pd.DataFrame:
    """Give five models at five offsets, none told from none but those named by offset and model."""
    rows = [
        (offset, model, "log odds" if model == "log odds" else "percentage points", 1200, 150,
         0.2 + offset / 10, 0.3, offset < 1, "", "")
        for offset in range(-1, 4)
        for model in MODELS
    ]  # fmt: skip
    columns = ["offset", "model", "unit", "n", "areas", "estimate", "p_value", "placebo", "note", "status"]
    table = pd.DataFrame(rows, columns=columns)
    wide = [
        0.05 if row in clear else 0.9 for row in table[["offset", "model"]].itertuples(index=False, name=None)
    ]
    return table.assign(lower=table["estimate"] - wide, upper=table["estimate"] + wide)


def quality() -> pd.DataFrame:
    """Give three years of Bury: nothing to check, more FTE than people, and a figure missing."""
    rows = [
        (2023, 20.0, 21.0, 0.952, 17.2, np.nan, "", ""),
        (2024, 30.5, 30.0, 1.017, 16.0, -6.98, "more FTE than people", ""),
        (2025, 28.0, np.nan, np.nan, 17.66, 10.4, "", "x"),
    ]
    columns = [
        "period", "agency_fte", "agency_headcount", "fte_per_head", "caseload_fte", "change_percent", "flag",
        "status",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
