"""A small raw folder in the exact layouts of the publications, with invented figures.

Two years of each, chosen so that every reorganisation falls between them, and the traps of the
real files: joint returns, rows for Inner and Outer London, nine-character codes that changed, each
symbol, a closeness with a trailing space, rows of `-`, the rows below "Old SNs:".
"""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from analytics.areas import read_register
from sources.small_neighbours import write_neighbours

CSWW = "dfe/csww_indicators_2020_to_2021.csv"
REFERRALS = "dfe/c1_children_in_need_referrals_and_rereferrals_2023_to_2024.csv"
EPISODES = "dfe/b1_children_in_need_2023_to_2024.csv"
PLANS = "dfe/d3_cpps_subsequent_plan_2023_to_2024.csv"
POPULATION = "ons/ons_mid-year_population_estimates_2018_to_2019.csv"
FIGURES = (CSWW, REFERRALS, EPISODES, PLANS, POPULATION)
EARLIER = "dfe/earlier/csww_indicators_2020_to_2020.csv"

# Authorities without a row of their own, by publication and year, as the publications have them.
NO_DORSET_OF_OLD = {"835", "836", "837"}
ABSENT = {
    (CSWW, 2020): {*NO_DORSET_OF_OLD, "314", "318", "940", "941", "940/941", "942", "943"},
    (CSWW, 2021): {*NO_DORSET_OF_OLD, "314", "318", "928", "940", "941", "942", "943"},
    (REFERRALS, 2023): {*NO_DORSET_OF_OLD, "314/318", "940/941", "928", "942", "943"},
    (REFERRALS, 2024): {*NO_DORSET_OF_OLD, "314/318", "940/941", "928", "909"},
    (POPULATION, 2018): {"314/318", "940/941", "838", "839", "940", "941", "942", "943"},
    (POPULATION, 2019): {"314/318", "940/941", *NO_DORSET_OF_OLD, "940", "941", "942", "943"},
}
for table in (EPISODES, PLANS):
    ABSENT |= {(table, year): ABSENT[REFERRALS, year] for year in (2023, 2024)}

# Symbols in place of figures: file, year, area, column, symbol.
SYMBOLS = [
    (CSWW, 2021, "940 / 941", "turnover_rate_fte", "z"),
    (CSWW, 2021, "394", "agency_fte", "low"),
    (CSWW, 2021, "394", "agency_rate_fte", "low"),
    (CSWW, 2021, "394", "agency_cover_fte", "low"),
    (CSWW, 2021, "394", "agency_cover_rate_fte", "u"),
    (CSWW, 2021, "394", "vacancy_agency_cover_rate_fte", "low"),
    (CSWW, 2020, "207", "agency_fte", "x"),
    (REFERRALS, 2024, "201", "rereferral_count", "c"),
    (REFERRALS, 2024, "201", "rereferral_percent", "c"),
    (POPULATION, 2018, "837", "population_estimate", "x"),
]

# What the earlier release of the workforce said of 2020: area, column, text. The first three were
# revised since: a figure, a figure that is now a symbol, a symbol that is now a figure. The last is
# a rate as releases to 2023 gave it.
AS_FIRST_PUBLISHED = [
    ("351", "caseload_fte", "99.9"),
    ("207", "agency_fte", "11.4"),
    ("201", "cases", "u"),
    ("202", "agency_cover_rate_fte", "101.9"),
]

Row = dict[str, str]


def write_raw(folder: Path) -> Path:
    """Write all nine files into folders of `folder`."""
    for name, figures in INVENTED.items():
        columns = f"{IDENTIFIERS},{HEADERS[name]}".split(",")
        rows = [
            place | {column: f"{value:.10g}" for column, value in figures(number, place).items()}
            for year in sorted({year for file, year in ABSENT if file == name}, reverse=True)
            for number, place in enumerate(places(name, year), 1)
        ]
        for _, year, area, column, symbol in [entry for entry in SYMBOLS if entry[0] == name]:
            row = next(row for row in rows if (row["time_period"], row["old_la_code"]) == (str(year), area))
            row[column] = symbol
        write_rows(folder / name, [columns, *([row[column] for column in columns] for row in rows)])
    write_neighbours(folder)
    return folder


def write_earlier(folder: Path) -> Path:
    """Write an earlier release of the workforce, of the first of the newest one's years; give its path."""
    header, *rows = read_rows(folder / CSWW)
    rows = [row for row in rows if row[0] == "2020"]
    for area, column, text in AS_FIRST_PUBLISHED:
        row = next(row for row in rows if row[header.index("old_la_code")] == area)
        row[header.index(column)] = text
    write_rows(folder / EARLIER, [header, *rows])
    return folder / EARLIER


def write_rows(path: Path, rows: Iterable[Iterable[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def read_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def places(name: str, year: int) -> list[Row]:
    """Give the identifying cells of each row of a year: England, the regions, the authorities."""
    register = read_register().set_index("area")
    first_year = min(one for file, one in ABSENT if file == name)
    england = {
        **dict.fromkeys(IDENTIFIERS.split(","), ""),
        "time_period": str(year),
        "time_identifier": "Reporting year",
        "geographic_level": "National",
        "country_code": "E92000001",
        "country_name": "England",
        **ONLY[name],
    }
    rows = [england]
    for area, entry in register[register["kind"].isin(["region", "part"])].iterrows():
        region = {"region_code": str(area), "region_name": entry["name"]}
        rows.append(england | {"geographic_level": "Regional"} | region)
    for area, entry in register[register["kind"].isin(["authority", "joint"])].iterrows():
        if area not in ABSENT[name, year]:
            authority = {
                "geographic_level": "Local authority",
                "region_code": london_part(str(area)) if entry["region"] == "E12000007" else entry["region"],
                "region_name": "as published",
                "old_la_code": entry["old_code"],
                "new_la_code": entry["former_code"]
                if year == first_year and entry["former_code"]
                else entry["code"],
                "la_name": entry["name"],
            }
            rows.append(england | authority)
    return rows


def london_part(area: str) -> str:
    return "E13000001" if area < "300" else "E13000002"


def scale(place: Row) -> int:
    """How much larger the figures of a region or England are made."""
    return 1 if place["old_la_code"] else 40


def published(count: float, place: Row) -> int:
    """Round a count as Children in need publishes it."""
    return round(count) if place["old_la_code"] else round(count / 10) * 10


def percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 1)


def csww_figures(number: int, place: Row) -> dict[str, float]:
    """Invent the workforce of one area; rates come from figures before rounding."""
    times = scale(place)
    post, agency, vacancy = (
        times * size for size in (100 + 7.31 * number, 5 + 0.93 * number, 9 + 0.67 * number)
    )
    cover, leavers, holders, cases = 0.7 * agency, 0.14 * post, 0.6 * post, times * (10 * number + 700)
    days, working_days = 9.3 * post, {"2020": 254, "2021": 253}[place["time_period"]]
    heads, agency_heads, leaver_heads = round(post + 4), round(agency + 2), round(leavers + 1)
    stocks = {
        "inpost": post,
        "starters": 0.1 * post,
        "leavers": leavers,
        "agency": agency,
        "agency_cover": cover,
    }
    stocks |= {"vacancy": vacancy, "case_holders": holders, "working_days_lost": days}
    return {
        **{f"{name}_fte": round(stock, 1) for name, stock in stocks.items()},
        "inpost_headcount": heads,
        "starters_headcount": round(0.1 * heads),
        "leavers_headcount": leaver_heads,
        "turnover_rate_fte": percent(leavers, post),
        "turnover_rate_headcount": percent(leaver_heads, heads),
        "agency_headcount": agency_heads,
        "agency_rate_fte": percent(agency, agency + post),
        "agency_rate_headcount": percent(agency_heads, agency_heads + heads),
        "agency_cover_rate_fte": percent(cover, agency),
        "vacancy_rate_fte": percent(vacancy, vacancy + post),
        "vacancy_agency_cover_rate_fte": percent(cover, vacancy),
        "cases": cases,
        "caseload_fte": round(cases / holders, 1),
        "absence_rate_fte": percent(days, post * working_days),
    }


def referral_figures(number: int, place: Row) -> dict[str, float]:
    referrals = (1000 + 11 * number) * scale(place)
    shares = {"rereferral": 0.213, "no_further_action": 0.061, "not_in_need": 0.294}
    counts = {name: round(share * referrals) for name, share in shares.items()}
    children, again = round(0.88 * referrals), round(0.18 * referrals)
    return {
        "referral_count": published(referrals, place),
        **{f"{name}_count": published(count, place) for name, count in counts.items()},
        **{f"{name}_percent": percent(count, referrals) for name, count in counts.items()},
        "referral_child_count": published(children, place),
        "rereferral_child_count": published(again, place),
        "rereferral_child_percent": percent(again, children),
    }


def episode_figures(number: int, place: Row) -> dict[str, float]:
    return {
        column: published(100 * size + number, place)
        for size, column in enumerate(EPISODE_COLUMNS.split(","), 3)
    }


def plan_figures(number: int, place: Row) -> dict[str, float]:
    started = (90 + 2 * number) * scale(place)
    repeat = round(0.24 * started)
    return {
        "CPP_start": published(started, place),
        "CPP_subsequent": published(repeat, place),
        "CPP_subsequent_percent": percent(repeat, started),
    }


def population_figures(number: int, place: Row) -> dict[str, float]:
    return {"population_estimate": scale(place) * (30000 + 17 * number)}


# The headers, as published.
IDENTIFIERS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,"
    "region_code,region_name,old_la_code,new_la_code,la_name"
)
EPISODE_COLUMNS = (
    "Anypoint_episodes,Anypoint_child,Started_episodes,Started_child,"
    "Ended_episodes,Ended_child,At31_episodes,awaiting_assessment"
)
HEADERS = {
    CSWW: "inpost_fte,inpost_headcount,starters_fte,starters_headcount,leavers_fte,leavers_headcount,"
    "turnover_rate_fte,turnover_rate_headcount,agency_fte,agency_headcount,agency_rate_fte,"
    "agency_rate_headcount,agency_cover_fte,agency_cover_rate_fte,vacancy_fte,vacancy_rate_fte,"
    "vacancy_agency_cover_rate_fte,case_holders_fte,cases,caseload_fte,working_days_lost_fte,absence_rate_fte",
    REFERRALS: "category,referral_count,rereferral_count,rereferral_percent,no_further_action_count,"
    "no_further_action_percent,not_in_need_count,not_in_need_percent,referral_child_count,"
    "rereferral_child_count,rereferral_child_percent",
    EPISODES: f"category,{EPISODE_COLUMNS}",
    PLANS: "category,CPP_start,CPP_subsequent,CPP_subsequent_percent",
    POPULATION: "age_group,population_estimate",
}
ONLY: dict[str, Row] = {
    CSWW: {},
    REFERRALS: {"category": "Referrals and Re-referrals"},
    EPISODES: {"category": "Children in Need"},
    PLANS: {"category": "Child Protection Plans which are a second or subsequent plan"},
    POPULATION: {"age_group": "Children aged 0 to 17 years"},
}
INVENTED: dict[str, Callable[[int, Row], dict[str, float]]] = {
    CSWW: csww_figures,
    REFERRALS: referral_figures,
    EPISODES: episode_figures,
    PLANS: plan_figures,
    POPULATION: population_figures,
}
