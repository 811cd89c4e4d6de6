"""All authorities of a year together: funnel, overdispersion, steadied rates and ranks."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analytics.studies.national import among_peers, authorities, national

NAME = "rereferral_percent"


@pytest.fixture(scope="module")
def every(figures):
    return national(figures, NAME, 2025)


@pytest.fixture(scope="module")
def counts(figures):
    """The figures that models are fitted on, taken from the table without the study's help."""
    wide = figures.wide.xs(2025, level="period")
    kinds = figures.register["kind"].reindex(wide.index)
    chosen = wide[(kinds == "authority") & ~wide.index.isin(["201", "420"])]
    return chosen[["rereferral_count", "referral_count"]].dropna()


def test_every_authority_that_reported_has_a_row(figures, every):
    table = every.funnel
    assert len(table) == table["area"].nunique() == 153
    assert {"201", "420"} <= set(table["area"])
    assert table[["lower_95", "upper_998_adjusted", "value"]].notna().all(axis=None)


def test_the_limits_of_bury_are_those_of_the_binomial(every, counts):
    centre = counts["rereferral_count"].sum() / counts["referral_count"].sum()
    row = every.funnel.set_index("area").loc["351"]
    s = np.sqrt(centre * (1 - centre) / 2905)
    assert row["centre"] == pytest.approx(100 * centre)
    assert row["lower_95"] == pytest.approx(100 * (centre - 1.959964 * s), abs=1e-5)
    assert row["upper_998"] == pytest.approx(100 * (centre + 3.090232 * s), abs=1e-5)
    assert (row["zone"], row["zone_adjusted"]) == ("above 99.8%", "within")


def test_overdispersion_is_spiegelhalters(every, counts):
    x, n = counts["rereferral_count"].to_numpy(), counts["referral_count"].to_numpy()
    p = x.sum() / n.sum()
    s2 = p * (1 - p) / n
    z = (x / n - p) / np.sqrt(s2)
    phi = (np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2).mean()
    w, k = 1 / s2, len(x)
    tau2 = (k * phi - (k - 1)) / (w.sum() - (w**2).sum() / w.sum())
    assert every.dispersion.phi == pytest.approx(phi)
    assert every.dispersion.between == pytest.approx(np.sqrt(tau2))
    row = every.funnel.set_index("area").loc["351"]
    own = p * (1 - p) / 2905
    assert row["upper_95_adjusted"] == pytest.approx(100 * (p + 1.959964 * np.sqrt(own + tau2)), abs=1e-5)


def test_outliers_are_counted_before_and_after(every):
    table, rows = every.funnel, every.outliers.set_index("limits")
    outside = (table["value"] < table["lower_998"] - 0.05) | (table["value"] > table["upper_998"] + 0.05)
    # Published rates are rounded to 0.1: those within 0.05 of a limit may fall on either side.
    unsure = (
        2 * ((table["value"] - table["lower_998"]).abs() < 0.05).sum()
        + 2 * ((table["value"] - table["upper_998"]).abs() < 0.05).sum()
    )
    assert abs(rows.at["chance", "outside_998"] - outside.sum()) <= unsure
    assert rows.at["additive", "outside_998"] == table["zone_adjusted"].str.endswith("99.8%").sum()
    assert rows.at["additive", "left_the_list"] == (
        rows.at["chance", "outside_998"] - rows.at["additive", "outside_998"]
    )
    assert rows.at["chance", "left_the_list"] == 0
    assert rows.at["multiplicative", "outside_998"] < rows.at["chance", "outside_998"]
    assert (rows["authorities"] == 153).all()


def test_a_rate_is_steadied_by_its_count_and_its_fit(every):
    row, fit = every.shrunken.set_index("area").loc["351"], every.fit
    assert row["shrunken"] == pytest.approx(100 * (755 + fit.mean * fit.precision) / (2905 + fit.precision))
    assert row["weight"] == pytest.approx(2905 / (2905 + fit.precision))
    assert row["lower"] < row["shrunken"] < row["upper"]
    assert row["rank_lower"] <= row["rank"] <= row["rank_upper"]


def test_rank_one_is_the_lowest_rate_where_low_is_wished_for(every):
    table = every.shrunken.sort_values("shrunken")
    assert table["rank"].iloc[[0, -1]].tolist() == [1, 153]
    assert table["rank"].is_monotonic_increasing


def test_a_first_year_is_shown_and_takes_no_part(figures):
    table = national(figures, NAME, 2024).funnel.set_index("area")
    assert table.at["942", "value"] == 10.7
    assert table.at["942", "zone"] == ""
    assert "first year" in table.at["942", "status"]
    assert np.isnan(table.at["942", "lower_95"])
    usable = authorities(figures, NAME, 2024)["usable"]
    assert not usable[["942", "943", "850", "884"]].any()


def test_peers_are_the_others_of_the_group(figures):
    table = among_peers(figures, NAME, 2025, "E12000002")
    region = authorities(figures, NAME, 2025).query("region == 'E12000002'")
    assert table.index.tolist() == region.index.tolist()
    others = region.drop("351")["value"]
    t = (26.0 - others.mean()) / (others.std() * np.sqrt(1 + 1 / len(others)))
    assert table.at["351", "t"] == pytest.approx(t)
    # City of London is no peer of others, yet is itself put beside them.
    london = among_peers(figures, NAME, 2025, "E12000007")
    assert london.at["201", "peers"] == 32
    assert london.at["202", "peers"] == 31


def test_outliers_are_those_above_and_below_at_both_levels(every):
    rows = every.outliers.set_index("limits")
    for limits, column in (("chance", "zone"), ("additive", "zone_adjusted")):
        zones = every.funnel[column]
        outside = zones.str.startswith(("above", "below"))
        assert rows.at[limits, "outside_95"] == outside.sum()
        assert rows.at[limits, "outside_998"] == (outside & zones.str.endswith("99.8%")).sum()
    assert {"above 99.8%", "below 99.8%", "above 95%", "below 95%"} <= set(every.funnel["zone"])
    assert rows["between_pp"].tolist() == pytest.approx([100 * every.dispersion.between] * 3)


def test_an_authority_that_could_not_be_placed_is_not_counted(figures):
    found = national(figures, NAME, 2024)
    placed = (found.funnel["zone"] != "").sum()
    assert placed < len(found.funnel)
    assert (found.outliers["authorities"] == placed).all()


def test_the_bootstrap_of_a_group_is_about_the_difference_from_it(figures):
    table = among_peers(figures, NAME, 2025, "E12000002")
    region = authorities(figures, NAME, 2025).query("region == 'E12000002'")
    together = 100 * region["numerator"].sum() / region["denominator"].sum()
    apart = 100 * 755 / 2905 - together
    assert table.at["351", "bootstrap_lower"] < apart - 1.5
    assert apart + 1.5 < table.at["351", "bootstrap_upper"]


def test_an_area_that_had_ended_is_not_among_the_authorities(figures):
    # As if a figure of Cumbria, abolished on 31 March 2023, had been published for the year after.
    table = figures.table
    late = table[(table["area"] == "909") & (table["period"] == 2023)].assign(period=2024)
    other = dataclasses.replace(figures, table=pd.concat([table, late], ignore_index=True))
    assert "909" in authorities(other, NAME, 2023).index
    assert "909" not in authorities(other, NAME, 2024).index
