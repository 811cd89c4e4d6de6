"""The interactive tool's real files, read again another way, and held against the department's own."""

import csv
import io
import os
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import analytics
from analytics.measures import dictionary
from analytics.sources.files import open_file
from analytics.sources.lait import AREAS, DICTIONARY, FIGURES, ORIGIN, PARQUET, LaitTables, read_lait
from analytics.sources.lait.agreement import AGREES, DEPARTMENT_ONLY, DIFFERS, TOOL_ONLY, agreement
from analytics.sources.lait.dictionary import beside
from analytics.sources.schemas import validate
from sources.small_lait import EXCLUDED, KNOWN, entry, read_small, rows, tables, write_lait

ROOT = Path(__file__).parents[2]
SOURCES = Path(os.environ.get("ANALYTICS_SOURCES", ROOT.parent / "shared" / "data"))

with_sources = pytest.mark.skipif(
    not (SOURCES / "lait").is_dir(),
    reason=f"{SOURCES}/lait is not here: set ANALYTICS_SOURCES to the folder of published files",
)


@pytest.fixture(scope="module")
def real() -> LaitTables:
    started = time.perf_counter()
    files = (open_file(SOURCES / "lait" / name, ORIGIN) for name in (FIGURES, DICTIONARY, AREAS))
    found = read_lait(*files, KNOWN)
    assert time.perf_counter() - started < 6
    validate(tables(found), KNOWN)
    return found


def plain_key(number: float) -> str:
    """Turn the tool's number of an area into a key, by a list written out by hand."""
    wide = {970: "E92000001", 987: "E13000001", 988: "E13000002", 989: "E12000008", 990: "E12000009"}
    return wide.get(int(number)) or (str(int(number)) if number < 970 else f"E1200000{int(number) - 979}")


@with_sources
def test_every_cell_of_the_real_file_is_in_the_table(real: LaitTables) -> None:
    raw = pq.read_table(SOURCES / "lait" / FIGURES).to_pandas()
    assert len(raw) == 641_070
    raw = raw[raw["Years"] != "0"]
    names = real.measures.set_index("measure")["tool_name"]
    table = real.figures
    held = pd.DataFrame(
        {
            "name": table["measure"].astype(str).map(names),
            "area": table["area"].astype(str),
            "period": table["period"],
            "label": table["label"].astype(str),
            "cell": table["value"].where(table["status"] == "", -1e9),
        }
    )
    plain = pd.DataFrame(
        {
            "name": raw["Short Desc"],
            "area": raw["LA Number"].map({each: plain_key(each) for each in raw["LA Number"].unique()}),
            "period": raw["Years"].map(
                {each: 2000 + int(re.findall("[0-9]{2}", each)[-1]) for each in raw["Years"].unique()}
            ),
            "label": raw["Years"],
            "cell": [-1e9 if text == "-" else float(text) for text in raw["Values"]],
        }
    )
    key = ["name", "area", "period"]
    held, plain = (each.sort_values(key, ignore_index=True) for each in (held, plain))
    pd.testing.assert_frame_equal(held, plain, check_dtype=False, check_exact=True)


@with_sources
def test_counts_of_the_real_files(real: LaitTables) -> None:
    text = (SOURCES / "lait" / DICTIONARY).read_bytes().decode("utf-8")
    published = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(published) == 448
    assert set(real.measures["tool_name"]) == {each["Measure_short"] for each in published}
    assert len(real.measures) == 434
    assert len(real.figures) == 640_900
    # 93,883 dashes, of which 170 stand under a label that is no year.
    assert (real.figures["status"] == "-").sum() == 93_713
    assert real.left_out[["tool_name", "label", "rows", "figures"]].to_numpy().tolist() == [
        [EXCLUDED, "0", 170, 0]
    ]
    assert (real.figures.groupby("measure", observed=True)["value"].min() < 0).sum() == 44
    assert (real.measures["topic"].str.count("; ") == 1).sum() == 14
    words = {"High": "high", "Low": "low", "-": "none", "NA": "none"}
    polarity = {each["Measure_short"]: words[each["Polarity"]] for each in published}
    assert real.measures.set_index("tool_name")["polarity"].to_dict() == polarity
    assert set(polarity.values()) == {"high", "low", "none"}
    assert real.release == "2026-04"


@with_sources
@pytest.mark.parametrize(
    ("measure", "area", "period", "value", "label"),
    [
        # Read by eye in the file.
        ("lait_rta", "301", 2016, 12.13, "2014-16"),
        ("lait_rta", "302", 2016, 10.79, "2014-16"),
        ("lait_totpermex", "301", 2016, 0.04798, "2015/16"),
        ("lait_l3age19gap", "207", 2016, -0.13, "2016"),
        ("lait_lacfinance", "889", 2017, 780.0, "2016-17 (OT)"),
        ("lait_a3a", "889", 2018, 6.6, "2018 (Rev)"),
        ("lait_ks1p_all", "889", 2025, 79.0, "2025 (prov)"),
        ("lait_hosp_adm_alc_under_18yrs", "889", 2016, 55.61, "2013/14-15/16"),
        ("lait_rereferral", "837", 2019, 20.5, "2019"),
        ("lait_rereferral", "E13000001", 2017, 16.4, "2017"),
        ("lait_work_force_agecy_rate", "318", 2016, None, "2016"),
        ("lait_work_force_agecy_rate", "318", 2025, 14.9, "2025"),
    ],
)
def test_a_figure_of_the_real_file(
    real: LaitTables, measure: str, area: str, period: int, value: float | None, label: str
) -> None:
    row = real.figures.query("measure == @measure and area == @area and period == @period").iloc[0]
    found = None if np.isnan(row["value"]) else row["value"]
    assert (found, row["label"], row["status"]) == (value, label, "-" if value is None else "")


@with_sources
def test_the_tables_are_small_and_read_back_as_they_were(real: LaitTables, tmp_path: Path) -> None:
    for name, table in tables(real).items():
        table.to_parquet(tmp_path / f"{name}.parquet", index=False, **PARQUET)
        again = pd.read_parquet(tmp_path / f"{name}.parquet")
        # pandas' own assertion takes half a minute over as many categories.
        assert again.dtypes.equals(table.dtypes)
        assert again.equals(table)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 3_500_000


SAME = {theirs.removeprefix("lait_"): ours for theirs, ours in beside()["same_as"].items()}
SOME = {"207": "Kensington and Chelsea", "314": "Kingston upon Thames", "318": "Richmond upon Thames"}
SOME |= {"351": "Bury"}


def compared(folder: Path, changed: dict[tuple[str, str], str]) -> pd.DataFrame:
    """Compare with a tool that says what was published for some areas in 2024 and 2025, but for 2025 here."""
    figures = analytics.load()
    regions = {area: KNOWN.names[KNOWN.regions[area]] for area in SOME}
    table = []
    for theirs, ours in SAME.items():
        for row in figures.select(list(SOME), ours, [2024, 2025]).itertuples():
            text = "-" if np.isnan(row.value) else str(round(row.value, 1))
            text = changed.get((theirs, row.area), text) if row.period == 2025 else text
            place = (SOME[row.area], text, float(row.area), regions[row.area])
            table.append(dict(zip(rows()[0], (theirs, None, str(row.period), *place), strict=True)))
    places = [(area, name, regions[area], "") for area, name in SOME.items()]
    found = read_small(write_lait(folder / "raw", table, [entry(name) for name in SAME], places))
    for path in figures.folder.glob("*.parquet"):
        shutil.copy(path, folder)
    for name, one in tables(found).items():
        one.to_parquet(folder / f"{name}.parquet", index=False)
    both = agreement(analytics.load(folder))
    return both[both["area"].isin(SOME) & (both["period"] >= 2024)].set_index(
        ["lait_measure", "area", "period"]
    )


def test_a_tool_that_says_what_was_published_agrees(tmp_path: Path) -> None:
    both = compared(tmp_path, {})
    assert set(both["outcome"]) == {AGREES}
    assert set(both["measure"]) == set(SAME.values())
    # Worked out here to more decimals than the tool has.
    assert both.at[("lait_cpp_total_rateper10_000", "351", 2025), "difference"] != 0
    # The return of both is given to each.
    joint = both.xs(("lait_work_force_agecy_rate", 2025), level=("lait_measure", "period"))
    assert joint.loc[["314", "318"], "published"].tolist() == [14.9, 14.9]


@pytest.mark.parametrize(
    ("measure", "area", "text", "outcome", "difference"),
    [
        ("rereferral", "351", "26.04", AGREES, 0.04),
        ("rereferral", "351", "26.1", DIFFERS, 0.1),
        ("rereferral", "351", "-26.0", DIFFERS, -52.0),
        ("rereferral", "351", "-", DEPARTMENT_ONLY, None),
        ("work_force_agecy_rate", "207", "20.0", TOOL_ONLY, None),
        ("work_force_agecy_rate", "318", "15.0", DIFFERS, 0.1),
    ],
)
def test_every_difference_is_named(
    tmp_path: Path, measure: str, area: str, text: str, outcome: str, difference: float | None
) -> None:
    both = compared(tmp_path, {(measure, area): text})
    row = both.loc[(f"lait_{measure}", area, 2025)]
    assert row["outcome"] == outcome
    assert row["name"] == SOME[area]
    assert (
        np.isnan(row["difference"]) if difference is None else row["difference"] == pytest.approx(difference)
    )
    assert row["status"] == ("x" if outcome == TOOL_ONLY else "")
    assert (both["outcome"] != AGREES).sum() == (outcome != AGREES)


@with_sources
def test_what_is_said_to_be_the_same_is_a_published_rate_or_count(real: LaitTables) -> None:
    same = beside()["same_as"]
    assert set(same) <= set(real.measures["measure"])
    assert set(same.values()) <= set(dictionary())
    assert len(set(same.values())) == len(same)


@with_sources
def test_the_tool_and_the_department_hold_the_same_figures(real: LaitTables, tmp_path: Path) -> None:
    for path in analytics.load().folder.glob("*.parquet"):
        shutil.copy(path, tmp_path)
    for name, table in tables(real).items():
        table.to_parquet(tmp_path / f"{name}.parquet", index=False)
    both = agreement(analytics.load(tmp_path))
    assert not both.duplicated(["lait_measure", "area", "period"]).any()
    assert both["outcome"].value_counts().to_dict() == {
        AGREES: 30_591,
        DEPARTMENT_ONLY: 4_335,
        TOOL_ONLY: 1_109,
    }
    # The tool begins with 2016; the department's workforce file with 2017, its others with 2013.
    assert set(both["period"][both["outcome"] == TOOL_ONLY]) == {2016}
    later = both[(both["outcome"] == DEPARTMENT_ONLY) & (both["period"] > 2015)]
    assert set(later["name"]) == {"Isles of Scilly"}
    assert set(later["measure"]) == {"repeat_plans_count", "repeat_plans_percent"}
