"""A choice comes to the figures that were published, and to no others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InputError
from analytics.explorer.chosen import Choice, choose, compared, copied, look_up, settle
from analytics.figures import Figures
from analytics.studies.rates import FIRST_YEAR


def chosen(figures: Figures, area: str, measure: str, **more: object) -> pd.DataFrame:
    """Give the table of a choice."""
    return choose(figures, settle(figures, Choice(area, measure, **more)))  # type: ignore[arg-type]


def medians(table: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of the neighbours' median by year."""
    return table[table["role"] == "median"].set_index("period")


def neighbours_of(figures: Figures, area: str, model: str = "2025") -> list[str]:
    """Give the keys of an area's neighbours, nearest first."""
    known = figures.neighbours
    return (
        known[(known["model"] == model) & (known["area"] == area)].sort_values("rank")["neighbour"].tolist()
    )


def test_each_part_has_the_published_figures(figures: Figures) -> None:
    table = chosen(figures, "Bury", "agency_rate_fte", others=("Leeds",))
    roles = table.drop_duplicates(["role", "name"])[["role", "name"]]
    assert roles["role"].value_counts(sort=False).to_dict() == {
        "area": 1, "neighbour": 10, "region": 1, "england": 1, "other": 1, "median": 1,
    }  # fmt: skip
    assert roles.loc[roles["role"] == "region", "name"].tolist() == ["North West"]
    for role, name in (("area", "Bury"), ("england", "England"), ("other", "Leeds")):
        rows = table[table["role"] == role].reset_index(drop=True)
        held = figures.select(name, "agency_rate_fte")
        pd.testing.assert_frame_equal(rows[held.columns.tolist()], held)


def test_the_median_is_of_the_neighbours_figures(figures: Figures) -> None:
    table = chosen(figures, "Bury", "agency_rate_fte")
    wide = figures.wide["agency_rate_fte"]
    values = [wide[key, 2025] for key in neighbours_of(figures, figures.resolve("Bury"))]
    row = medians(table).loc[2025]
    assert row["value"] == np.median(values)
    assert (row["with_figure"], row["of"]) == (10, 10)


def test_a_suppressed_figure_stays_missing_and_out_of_the_median(figures: Figures) -> None:
    table = chosen(figures, "Hampshire", "rereferral_percent")
    own = table[(table["role"] == "area") & (table["period"] == 2024)]
    assert own["value"].isna().all()
    assert own["status"].tolist() == ["u"]
    missing = []
    for area in figures.areas.query("kind == 'authority' and valid_to == ''")["area"]:
        near = chosen(figures, area, "repeat_plans_percent")
        rows = near[(near["role"] == "neighbour") & (near["status"] != FIRST_YEAR)]
        expected = rows.groupby("period")["value"].apply(lambda values: values.notna().sum())
        assert medians(near)["with_figure"].astype(int).to_dict() == expected.to_dict()
        missing.append((rows["value"].isna()).any())
        if len(missing) == 12:
            break
    assert any(missing)


def test_a_joint_return_counts_once(figures: Figures) -> None:
    table = chosen(figures, "Kingston upon Thames", "caseload_fte")
    assert "318" in neighbours_of(figures, "314")
    assert "Richmond upon Thames" not in set(table["name"])
    assert (medians(table)["with_figure"] <= 9).all()
    assert (medians(table)["of"] == 10).all()
    alone = chosen(figures, "Kingston upon Thames", "rereferral_percent")
    assert "Richmond upon Thames" in set(alone["name"]), "each has referrals of its own"


def test_a_joint_return_counts_once_where_each_member_has_a_copy_of_it(figures: Figures) -> None:
    measures = [name for name in figures.measures.index if copied(figures, name)]
    assert "lait_work_force_agecy_rate" in measures
    assert not [name for name in measures if not name.startswith("lait_")]
    topics = {figures.measures.at[name, "topic"] for name in measures}
    # One team serves both Kingston and Richmond, and its figure is that of each.
    assert topics == {"Children's Services Workforce", "Youth Offending"}
    table = chosen(figures, "Kingston upon Thames", "lait_work_force_agecy_rate")
    assert "Richmond upon Thames" not in set(table["name"])
    assert (medians(table)["with_figure"] <= 9).all()


def test_two_neighbours_in_one_return_count_once(figures: Figures) -> None:
    known = figures.neighbours.query("model == '2021'").groupby("area")["neighbour"].agg(set)
    both = [area for area, near in known.items() if {"314", "318"} <= near and area not in ("314", "318")]
    assert both
    table = chosen(figures, both[0], "caseload_fte", model="2021")
    rows = table[(table["role"] == "neighbour") & table["area"].isin(["314", "318"])]
    assert rows["period"].is_unique
    nearer = next(key for key in neighbours_of(figures, both[0], "2021") if key in ("314", "318"))
    assert set(rows["area"]) == {nearer}


def test_an_area_that_continues_another_has_its_figures(figures: Figures) -> None:
    table = chosen(figures, "West Northamptonshire", "agency_rate_fte")
    own = table[table["role"] == "area"].set_index("period")
    assert own.index.min() == 2017
    assert own.loc[2017, "published_for"] == "Northamptonshire"


def test_a_new_authority_s_first_year_is_marked_and_left_out(figures: Figures) -> None:
    own = chosen(figures, "Westmorland", "rereferral_percent").query("role == 'area'").set_index("period")
    assert own["status"].to_dict() == {2024: FIRST_YEAR, 2025: ""}
    assert own["value"].notna().all(), "it was published"
    known = figures.neighbours.query("model == '2025' and neighbour == '943'")["area"].astype(str)
    table = chosen(figures, known.iloc[0], "rereferral_percent")
    near = table[(table["role"] == "neighbour") & (table["period"] == 2024)]
    usable = near[~near["area"].isin(["942", "943"])]["value"]
    assert medians(table).loc[2024, "value"] == usable.median()
    assert medians(table).loc[2024, "value"] != near["value"].median()
    counts = chosen(figures, "Westmorland", "referral_count").query("role == 'area'")
    assert set(counts["status"]) == {""}, "a count of the year itself needs no year before"


@pytest.mark.parametrize(
    ("area", "parts"), [("North West", {"area", "neighbour", "england"}), ("England", {"area", "neighbour"})]
)
def test_what_an_area_lacks_is_not_made_up(figures: Figures, area: str, parts: set[str]) -> None:
    choice = settle(figures, Choice(area))
    assert set(compared(figures, choice)) == parts
    assert compared(figures, choice)["neighbour"] == []
    assert "median" not in set(choose(figures, choice)["role"])


def test_only_what_is_asked_for_is_set_beside(figures: Figures) -> None:
    table = chosen(figures, "Bury", "agency_rate_fte", comparators=("england",), first=2022, last=2024)
    assert set(table["role"]) == {"area", "england"}
    assert table["period"].unique().tolist() == [2022, 2023, 2024]


def test_years_are_brought_within_those_held_and_turned(figures: Figures) -> None:
    settled = settle(figures, Choice(first=2030, last=1990))
    assert (settled.first, settled.last) == (2017, 2025)
    assert settle(figures, Choice(first=2024, last=2020)).first == 2020


def test_names_become_keys_once(figures: Figures) -> None:
    settled = settle(figures, Choice("bury", others=("leeds", "Leeds", "BURY", "383")))
    assert settled.area == figures.resolve("Bury")
    assert settled.others == ("383",)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice("Burry"), "Nearest: Bury"),
        (Choice(measure="agency_rate"), "Nearest: agency_fte; agency_rate_fte"),
        (Choice(comparators=("neighbors",)), "neighbours, region, england"),
        (Choice(model="2020"), "2021, 2025"),
        (Choice(others=("Atlantis",)), "'Atlantis': no such area"),
        (Choice(others=("Leeds", "Kent", "York", "Essex", "Devon", "Camden", "Bolton")), "7 are named"),
    ],
)
def test_what_is_not_known_is_refused_in_words(figures: Figures, choice: Choice, said: str) -> None:
    with pytest.raises(InputError, match=said):
        settle(figures, choice)


def test_a_measure_is_described(figures: Figures) -> None:
    entry = look_up(figures, "agency_rate_fte")
    assert (entry.title, entry.unit, entry.polarity, entry.decimals) == ("Agency rate (FTE)", "%", "low", 1)
    assert entry.is_percent
    assert not entry.is_total
    assert look_up(figures, "cases").is_total
