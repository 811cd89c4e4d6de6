"""Earlier releases beside the newest: kept as they were published, and refused as any file is."""

import shutil
from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import analytics
from analytics.areas import read_register
from analytics.errors import InputError
from analytics.ingest import describe, ingest
from analytics.sources.ees import open_table, read_figures
from analytics.sources.geography import atlas
from sources.conftest import Bench
from sources.small_files import AS_FIRST_PUBLISHED, CSWW, EARLIER, read_rows, write_earlier, write_rows

CURRENT = ("areas", "neighbours", "figures")
COLUMNS = ["area", "period", "measure", "value", "status", "release"]


@pytest.fixture
def kept(bench: Bench) -> Bench:
    """Give the small folder with an earlier release, not yet ingested."""
    write_earlier(bench.raw)
    return bench


def test_an_earlier_release_is_a_table_of_its_own(kept: Bench) -> None:
    before = kept.tables()
    tables = kept.ingest()
    for name in CURRENT:
        assert_frame_equal(tables[name], before[name])
    earlier = tables["earlier"].astype({"area": str, "measure": str, "release": str})
    assert earlier.columns.tolist() == COLUMNS
    assert len(earlier) == (len(read_rows(kept.raw / EARLIER)) - 1) * 22
    assert set(earlier["release"]) == {"2020"}
    assert_frame_equal(earlier, earlier.sort_values(["area", "period", "measure"], ignore_index=True))
    found = earlier.set_index(["area", "measure"])
    for area, column, text in AS_FIRST_PUBLISHED:
        value, status = found.loc[(area, column), ["value", "status"]]
        assert (status if pd.isna(value) else f"{value:g}") == text


def test_the_manifest_names_it_and_the_newest_stays_the_newest(kept: Bench) -> None:
    before = kept.tables()["manifest"]
    report = ingest(kept.raw, kept.target)
    row = report.manifest.set_index("file").loc["csww_indicators_2020_to_2020.csv"]
    assert (row["publication"], row["release"], row["rows_read"]) == ("csww", "2020", 162)
    others = report.manifest[report.manifest["release"] != "2020"].reset_index(drop=True)
    assert_frame_equal(others, before)
    assert analytics.load(kept.target).releases["csww"] == "2021"
    line = "csww_indicators_2020_to_2020.csv: 162 rows read (Children's social work workforce, 2020 release)"
    assert line in describe(report)


def test_it_may_lie_beside_the_newest(kept: Bench) -> None:
    expected = kept.ingest()
    shutil.move(kept.raw / EARLIER, (kept.raw / CSWW).parent)
    tables = kept.ingest()
    for name, table in expected.items():
        assert_frame_equal(tables[name], table)


def test_without_one_the_table_is_empty(bench: Bench) -> None:
    earlier = bench.tables()["earlier"]
    assert len(earlier) == 0
    assert earlier.columns.tolist() == COLUMNS
    types = bench.tables()["figures"].dtypes.astype(str)
    assert earlier.dtypes.astype(str).equals(types)


def test_the_rates_of_an_earlier_release_are_not_recomputed(kept: Bench) -> None:
    before = ingest(kept.raw, kept.target).counts
    (kept.raw / EARLIER).unlink()
    assert_frame_equal(ingest(kept.raw, kept.target).counts, before)


@pytest.mark.parametrize("kept_share", [0.999, 0.5, 0.02])
def test_one_that_is_cut_short_is_refused(kept: Bench, kept_share: float) -> None:
    path = kept.raw / EARLIER
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept_share)].rstrip(b"\n"))
    message = kept.refusal()
    assert message.startswith(f"{path}: row ")
    assert "may be cut short" in message


def test_one_that_is_cut_at_the_end_of_a_row_is_refused(kept: Bench) -> None:
    rows = read_rows(kept.raw / EARLIER)
    write_rows(kept.raw / EARLIER, rows[:-1])
    message = kept.refusal()
    assert message.startswith(f"{kept.raw / EARLIER}: the rows: found row missing for ")
    assert "in 2020" in message


def test_one_that_is_empty_is_refused(kept: Bench) -> None:
    (kept.raw / EARLIER).write_bytes(b"")
    assert kept.refusal().startswith(f"{kept.raw / EARLIER}: this file is empty")


def test_two_of_one_release_are_refused(kept: Bench) -> None:
    shutil.copy(kept.raw / EARLIER, kept.raw / "ons" / "workforce.csv")
    message = kept.refusal()
    assert "headline measures, 2020 release: found 2 times" in message
    assert str(kept.raw / EARLIER) in message
    assert str(kept.raw / "ons" / "workforce.csv") in message


def test_the_figures_as_published_are_those_of_the_release(kept: Bench) -> None:
    kept.ingest()
    figures = analytics.load(kept.target)
    assert figures.vintage(2020) == "2020 release"
    then = figures.as_published(2020)
    assert then.years("cases") == [2020]
    assert then.select("Bury", "caseload_fte")["value"].tolist() == [99.9]
    assert then.select("207", "agency_fte")[["value", "status"]].to_numpy().tolist() == [[11.4, ""]]
    assert then.select("201", "cases")["status"].tolist() == ["u"]
    now = figures.select(year=2020, measure=["caseload_fte", "agency_fte", "cases"]).set_index(
        ["area", "measure"]
    )
    assert now.loc[("351", "caseload_fte"), "value"] < 99
    assert now.loc[("207", "agency_fte"), "status"] == "x"
    assert now.loc[("201", "cases"), "value"] > 0


def test_the_figures_without_the_release_are_the_newest_cut_after_the_year(bench: Bench) -> None:
    figures = analytics.load(bench.target)
    assert figures.vintage(2020) == "2021 release, years to 2020"
    then = figures.as_published(2020)
    assert then is figures.as_published(2020)
    assert then.years("cases") == [2020]
    assert_frame_equal(then.select(measure="cases"), figures.select(measure="cases", year=2020))
    assert_frame_equal(then.select(measure="referral_count"), figures.select(measure="referral_count"))


def test_a_rate_may_be_over_100_up_to_the_release_that_its_layout_names(kept: Bench) -> None:
    def read(last: int) -> pd.DataFrame:
        published = open_table(kept.raw / EARLIER)
        assert published is not None
        table = replace(published.table, over_100={"agency_cover_rate_fte": last})
        layout = replace(published.layout, table=table)
        return read_figures(replace(published, layout=layout), atlas(read_register()))

    assert (read(2020)["value"] == 101.9).any()
    with pytest.raises(InputError, match=r"'agency_cover_rate_fte': found '101.9'; expected a percentage"):
        read(2019)


def test_no_other_rate_may_be_over_100(kept: Bench) -> None:
    header, *rows = read_rows(kept.raw / EARLIER)
    rows[40][header.index("agency_rate_fte")] = "100.1"
    write_rows(kept.raw / EARLIER, [header, *rows])
    assert "row 42, column 'agency_rate_fte': found '100.1'; expected a percentage" in kept.refusal()
