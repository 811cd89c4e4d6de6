"""The register of areas, and what a person types."""

import pandas as pd
import pytest

from analytics.areas import abolished, first_years, joint_returns, read_register, resolve, slug
from analytics.errors import InputError

REGISTER = read_register()


@pytest.mark.parametrize(
    ("typed", "area"),
    [
        ("Bury", "351"),
        ("bury ", "351"),
        ("BURY", "351"),
        ("351", "351"),
        ("E08000002", "351"),
        ("e08000002", "351"),
        ("Westmorland", "943"),
        ("westmorland & furness", "943"),
        ("St Helens", "342"),
        ("st. helens", "342"),
        ("Bristol", "801"),
        ("City of Bristol", "801"),
        ("Hull", "810"),
        ("E10000027", "933"),  # Somerset before its code changed in 2023
        ("E06000066", "933"),  # and after
        ("Dorset", "838"),  # the authority of today, not the one abolished in 2019
        ("835", "835"),
        ("Northamptonshire", "928"),  # a name in full is taken as it stands
        ("314 / 318", "314/318"),
        ("North West", "E12000002"),
        ("England", "E92000001"),
    ],
)
def test_what_a_person_types_becomes_a_key(typed, area):
    assert resolve(typed, REGISTER) == area


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("Kingston", ["Kingston upon Thames", "Kingston upon Hull"]),
        ("Northampton", ["Northamptonshire"]),
        ("Burry", ["Bury"]),
        ("Leads", ["Leeds"]),
        ("", ["no name comes close"]),
        ("../../x", ["no such area"]),
        ("<script>alert(1)</script>", ["no such area"]),
        ("{{7*7}}", ["no such area"]),
        ("999", ["no such area"]),
    ],
)
def test_an_unknown_or_ambiguous_name_names_the_nearest(typed, named):
    with pytest.raises(InputError) as caught:
        resolve(typed, REGISTER)
    assert repr(typed) in str(caught.value)
    for name in named:
        assert name in str(caught.value)


def test_every_current_authority_resolves_from_its_name_and_its_codes():
    current = REGISTER.query("kind == 'authority' and valid_to == ''")
    assert len(current) == 153
    for row in current.to_dict("records"):
        for typed in (
            row["name"],
            row["name"].upper(),
            row["code"],
            row["old_code"],
            *row["former_code"].split(),
        ):
            assert resolve(typed, REGISTER) == row["area"], typed


def test_the_register_is_whole():
    assert REGISTER["area"].is_unique
    assert REGISTER["name"].is_unique
    assert REGISTER["code"].is_unique
    authorities = REGISTER.query("kind == 'authority'")
    assert authorities["area"].str.fullmatch(r"\d{3}").all()
    assert authorities["name"].map(slug).is_unique
    regions = set(REGISTER.query("kind == 'region'")["area"])
    assert len(regions) == 9
    assert set(REGISTER.query("kind in ['authority', 'joint', 'part']")["region"]) <= regions
    known = set(REGISTER["area"])
    for column in ("successor", "members", "continues"):
        assert set(" ".join(REGISTER[column]).split()) <= known, column
    ended = REGISTER.query("valid_to != ''")
    assert (ended["successor"] != "").all()


def test_joint_returns_map_each_member():
    assert joint_returns(REGISTER) == {
        "314": "314/318", "318": "314/318", "940": "940/941", "941": "940/941",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("valid_from", "year_end", "first"),
    [
        ("2021-04-01", "2022-03-31", True),  # North Northamptonshire, children in need
        ("2021-04-01", "2023-03-31", False),
        ("2023-04-01", "2023-09-30", True),  # Cumberland, workforce: half a year
        ("2023-04-01", "2024-09-30", False),
        ("2023-04-01", "2023-03-31", False),
        ("", "2024-03-31", False),
    ],
)
def test_a_first_year_is_the_one_in_which_the_authority_began(valid_from, year_end, first):
    assert first_years(pd.Series([valid_from]), pd.Series([year_end])).tolist() == [first]


@pytest.mark.parametrize(
    ("valid_to", "year_end", "gone"),
    [("2023-03-31", "2023-03-31", False), ("2023-03-31", "2023-09-30", True), ("", "2030-01-01", False)],
)
def test_an_authority_is_abolished_after_its_last_day(valid_to, year_end, gone):
    assert abolished(pd.Series([valid_to]), pd.Series([year_end])).tolist() == [gone]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Bristol, City of", "bristol-city-of"),
        ("St. Helens", "st-helens"),
        ("Ynys Môn / Éire", "ynys-mon-eire"),
    ],
)
def test_a_folder_name_is_plain(name, folder):
    assert slug(name) == folder
