"""Forecasts of many short series, against sums done by hand, statsmodels and simulated panels."""

import sys

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from analytics.methods.forecast import (
    FOLDS,
    LEVELS,
    MODELS,
    cases,
    centres,
    combine,
    forecast_of,
    out_of_fold,
    pooled_spread,
    scaled_spread,
)
from analytics.methods.forecast.centres import PENALTIES
from analytics.methods.scoring import covered

NAN = np.nan
HERE = sys.modules["analytics.methods.forecast.centres"]
"""The module: `from analytics.methods.forecast import centres` gives the function."""
LEARNT = {"drift", "ar1", "own_mean", "group_mean", "overall_mean", "ar_means", "ridge"}
BESIDE = ("x", "z")

TINY = pd.DataFrame(
    [
        *[("a", 1, 2.0, "north", 7), ("a", 2, 4.0, "north", 8), ("a", 3, 9.0, "north", 9)],
        *[("a", 4, NAN, "north", 9), ("a", 5, 6.0, "north", NAN)],
        *[("b", 1, 10.0, "north", 5), ("b", 3, 30.0, "north", 5), ("b", 4, 20.0, "north", 5)],
        ("c", 3, 1.0, "south", 2),
    ],
    columns=["who", "when", "what", "where", "staff"],
).assign(extra=lambda rows: rows["when"] * 10.0)
"""Unit a has a row without a value at 4, and b no row at 2."""


def tiny(rows=TINY, horizon=1):
    return cases(rows, "who", "when", "what", group="where", size="staff", horizon=horizon, beside=["extra"])


def simulated(units=40, times=7, missing=0.0, seed=1):
    """Units go 0.4 of the way back to levels of their own, in four groups, with larger chance if small."""
    chance = np.random.default_rng(seed)
    level, size = chance.normal(20, 4, units) + 2 * (np.arange(units) % 4), chance.uniform(20, 500, units)
    now, rows = level + chance.normal(0, 3, units), []
    for time in range(2015, 2015 + times):
        rows.append(pd.DataFrame({"unit": range(units), "time": time, "y": now, "size": size}))
        now = now + 0.4 * (level - now) + chance.normal(size=units) * 20 / np.sqrt(size)
    panel = pd.concat(rows).assign(region=lambda rows: rows["unit"] % 4)
    panel["x"] = panel["y"] / 2 + chance.normal(size=len(panel))
    panel["z"] = chance.normal(100, 30, size=len(panel))
    panel.loc[chance.uniform(size=len(panel)) < missing, "y"] = NAN
    return panel.sample(frac=1, random_state=seed)


def made(panel, horizon=1):
    """Give the cases of a simulated panel whose outcome is known, and those of its last time."""
    table = cases(
        panel, "unit", "time", "y", group="region", size="size", horizon=horizon, beside=list(BESIDE)
    )
    return table.dropna(subset=["target"]), table[table["time"] == table["time"].max()]


def ten(**columns):
    """Ten cases, each of two kinds by turns, in five folds."""
    table = pd.DataFrame({name: np.resize(np.array(value, float), 10) for name, value in columns.items()})
    return table.assign(fold=np.arange(10) // 2)


# Cases


def test_cases_by_hand():
    table = tiny()
    expected = pd.DataFrame(
        [
            ("a", 1, 2, 2, 6, 6, 2, 7, 10, 4, 0),
            ("b", 1, 10, 10, 6, 6, 10, 5, 10, NAN, 1),
            ("a", 2, 4, 3, 4, 4, 4, 8, 20, 9, 0),
            # Through 2, 4 and 9: 5 at the middle and 3.5 a time.
            ("a", 3, 9, 5, 19.5, 40 / 3, 12, 9, 30, NAN, 0),
            ("b", 3, 30, 20, 19.5, 40 / 3, 30, 5, 30, 20, 1),
            ("c", 3, 1, 1, 1, 40 / 3, 1, 2, 30, NAN, 2),
            # Through 10, 30 and 20 at 1, 3 and 4: 20 at 8/3, and 20 / (14/3) a time.
            ("b", 4, 20, 20, 20, 20, 30, 5, 40, NAN, 1),
            # Through 2, 4, 9 and 6 at 1, 2, 3 and 5: 5.25 at 2.75, and 9.25 / 8.75 a time.
            ("a", 5, 6, 5.25, 6, 6, 5.25 + 3.25 * 37 / 35, NAN, 50, NAN, 0),
        ],
        columns=[
            "unit",
            "time",
            "last",
            "own",
            "group",
            "overall",
            "trend",
            "size",
            "extra",
            "target",
            "fold",
        ],
    )
    assert set(table) == set(expected)
    pd.testing.assert_frame_equal(table[list(expected)], expected, check_dtype=False, rtol=1e-12)


def test_two_times_ahead_by_hand():
    table = tiny(horizon=2).set_index(["unit", "time"])
    assert table["target"].dropna().to_dict() == {("a", 1): 9, ("a", 3): 6, ("b", 1): 30}
    assert table.loc[[("a", 2), ("a", 3), ("b", 4)], "trend"].tolist() == pytest.approx(
        [4, 15.5, 20 + 10 / 3 * 30 / 7]
    )
    assert table[["last", "own", "group"]].equals(
        tiny().set_index(["unit", "time"])[["last", "own", "group"]]
    )


def test_a_trend_is_the_line_of_least_squares_and_needs_three_values():
    panel = simulated(missing=0.3)
    known = panel.dropna(subset=["y"])
    for horizon in (1, 3):
        for row in made(panel, horizon)[1].itertuples():
            own = known[(known["unit"] == row.unit) & (known["time"] <= row.time)]
            far = row.time + horizon
            line = np.poly1d(np.polyfit(own["time"] - 2015, own["y"], 1)) if len(own) >= 3 else None
            assert row.trend == pytest.approx(line(far - 2015) if line else row.last, abs=1e-8)


def test_what_comes_later_is_not_known():
    panel = simulated(missing=0.2)
    known = ["last", "own", "group", "overall", "trend", "size", *BESIDE]
    whole = pd.concat(made(panel)).drop_duplicates(["unit", "time"]).query("time <= 2018")
    earlier = pd.concat(made(panel[panel["time"] <= 2018])).drop_duplicates(["unit", "time"])
    both = whole.merge(earlier, on=["unit", "time"], suffixes=("", "_earlier"))
    assert len(both) > 100
    for name in known:
        assert both[name].tolist() == pytest.approx(both[f"{name}_earlier"].tolist(), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_and_index_of_rows_do_not_matter(chance):
    order = chance.sample(range(len(TINY)), len(TINY))
    assert tiny(TINY.iloc[order].set_axis([0] * len(TINY))).equals(tiny())


@pytest.mark.parametrize(
    "change",
    [
        lambda panel: panel.assign(unit=panel["unit"].map("unit {:02}".format)),
        lambda panel: panel.astype({"unit": "category", "region": "category"}),
        lambda panel: panel.astype({"time": "Int64", "y": "Float64", "size": "Float64", "x": "Float64"}),
    ],
)
def test_kinds_of_columns_do_not_matter(change):
    panel = simulated(missing=0.2)
    plain, changed = ((known.drop(columns="unit"), new) for known, new in map(made, (panel, change(panel))))
    pd.testing.assert_frame_equal(changed[0], plain[0], check_dtype=False)
    assert set(changed[0].dtypes.drop(["time", "fold"]).map(str)) == {"float64"}
    found, expected = (out_of_fold(known, BESIDE) for known, _ in (changed, plain))
    for name in MODELS:
        assert found[name].dtype == float
        assert found[name].tolist() == expected[name].tolist()


def test_a_fold_keeps_units_together_and_folds_are_of_one_size():
    table = pd.concat(made(simulated(units=43, missing=0.2)))
    assert (table.groupby("unit")["fold"].nunique() == 1).all()
    counts = table.drop_duplicates("unit")["fold"].value_counts()
    assert sorted(counts.index) == list(range(FOLDS))
    assert counts.max() - counts.min() == 1


def test_a_panel_without_values_has_no_cases():
    for rows in (TINY.iloc[:0], TINY.assign(what=NAN)):
        table = tiny(rows)
        assert table.empty
        assert list(table) == list(tiny())


@pytest.mark.parametrize("horizon", [0, -1])
def test_a_horizon_is_ahead(horizon):
    with pytest.raises(ValueError, match=f"one or more; this is {horizon}"):
        tiny(horizon=horizon)


def test_two_values_of_a_unit_for_one_time_are_refused():
    with pytest.raises(ValueError, match="one row for each unit and time"):
        tiny(pd.concat([TINY, TINY.iloc[[1]]]))
    assert tiny(pd.concat([TINY, TINY.iloc[[3]]])).equals(tiny())


# Centres


def test_plain_models_by_hand():
    # Moves of 1 and 0. Of gaps of 1 and 2 to its own mean, 1 / 5 of the way; of 2 and -1 to the
    # group's, 2 / 5; of -1 and 3 to that of all, 1 / 10 of the way from it.
    known = ten(last=[5, 7], own=[6, 9], group=[7, 6], overall=[4, 10], trend=[0, 1], target=[6, 7])
    new = pd.DataFrame({"last": [10.0], "own": 20, "group": 0, "overall": 30, "trend": 11.5})
    plain = ["persistence", "drift", "own_mean", "group_mean", "overall_mean", "trend"]
    found = centres(known, new, models=plain)
    assert list(found) == plain
    assert [each.tolist() for each in found.values()] == [
        pytest.approx([value]) for value in (10, 10.5, 12, 6, 8, 11.5)
    ]


@pytest.mark.parametrize("missing", [0, 0.2])
@pytest.mark.parametrize(("model", "on"), [("ar1", ["last"]), ("ar_means", ["last", "own", "group"])])
def test_regressions_are_those_of_statsmodels(model, on, missing):
    known, new = made(simulated(missing=missing))
    fit = sm.OLS(known["target"], sm.add_constant(known[on])).fit()
    expected = fit.predict(sm.add_constant(new[on], has_constant="add")).tolist()
    assert centres(known, new, models=[model])[model].tolist() == pytest.approx(expected, abs=1e-8)


def penalised(x, y, ahead, penalty):
    """Regress by least squares with a row for each penalty: sqrt(penalty * n) of a column, and no outcome."""
    centre, scale = x.mean(axis=0), x.std(axis=0)
    rows = np.vstack([(x - centre) / scale, np.sqrt(penalty * len(x)) * np.eye(x.shape[1])])
    slopes = sm.OLS(np.concatenate([y - y.mean(), np.zeros(x.shape[1])]), rows).fit().params
    return y.mean() + (ahead - centre) / scale @ slopes


def ridge_by_loop(known, new, beside, penalties):
    """Choose the penalty fold by fold, and give it and what it foresees."""
    on, y = ["last", "own", "group", *beside], (known["target"] - known["last"]).to_numpy()
    x, fold = known[on].to_numpy(), known["fold"].to_numpy()
    errors = [
        sum(
            np.sum((y[fold == k] - penalised(x[fold != k], y[fold != k], x[fold == k], penalty)) ** 2)
            for k in set(fold)
        )
        for penalty in penalties
    ]
    best = penalties[int(np.argmin(errors))]
    return best, new["last"].to_numpy() + penalised(x, y, new[on].to_numpy(), best)


@pytest.mark.parametrize(
    ("units", "times", "seed", "chosen"),
    [(12, 4, 4, 0.0), (40, 7, 0, 0.01), (40, 7, 9, 0.1), (12, 3, 0, 0.3), (20, 4, 1, 1.0)],
)
def test_a_ridge_has_the_penalty_that_did_best_on_units_left_out(units, times, seed, chosen):
    known, new = made(simulated(units, times, seed=seed))
    best, expected = ridge_by_loop(known, new, BESIDE, PENALTIES)
    assert best == chosen
    assert centres(known, new, BESIDE, ["ridge"])["ridge"].tolist() == pytest.approx(expected, abs=1e-8)


def test_a_ridge_without_penalty_is_least_squares_on_everything(monkeypatch):
    monkeypatch.setattr(HERE, "PENALTIES", (0.0,))
    known, new = made(simulated())
    on = ["last", "own", "group", *BESIDE]
    fit = sm.OLS(known["target"], sm.add_constant(known[on])).fit()
    expected = fit.predict(sm.add_constant(new[on], has_constant="add")).tolist()
    assert centres(known, new, BESIDE)["ridge"].tolist() == pytest.approx(expected, abs=1e-8)
    found = centres(known, new)
    assert found["ridge"].tolist() == pytest.approx(found["ar_means"].tolist(), abs=1e-8)


def test_a_ridge_with_a_huge_penalty_is_the_mean_change(monkeypatch):
    monkeypatch.setattr(HERE, "PENALTIES", (1e12,))
    found = centres(*made(simulated()), BESIDE)
    assert found["ridge"].tolist() == pytest.approx(found["drift"].tolist(), abs=1e-8)


def test_a_missing_extra_is_the_median_of_past_cases(monkeypatch):
    # One penalty, as folds choose between several by medians of their own.
    monkeypatch.setattr(HERE, "PENALTIES", (0.1,))
    known, new = made(simulated())
    known, new = known.assign(x=known["x"].where(known["unit"] % 5 > 0)), new.assign(x=NAN)
    middle = known["x"].median()
    found = centres(known, new, BESIDE, ["ridge"])["ridge"]
    filled = centres(known.fillna({"x": middle}), new.fillna({"x": middle}), BESIDE, ["ridge"])["ridge"]
    assert found.tolist() == pytest.approx(filled.tolist(), abs=1e-10)


@pytest.mark.parametrize("value", [0.1, 0.0, 1e9 / 7, NAN])
def test_an_extra_that_never_varied_or_was_never_known_is_harmless(value):
    known, new = made(simulated())
    found = centres(known.assign(x=value), new, BESIDE)
    without = centres(known, new, ["z"])
    for name in MODELS:
        assert found[name].tolist() == without[name].tolist()


def test_values_that_never_varied_move_as_all_did_or_stay():
    # A third of 0.1 + 0.1 + 0.1 is 0.1 but for rounding, of which no part of the way is made.
    flat = ten(last=[0.1], own=[0.3 / 3], group=[0.1], overall=[(0.1 + 0.2) / 3], trend=[0.1], target=[0.2])
    assert flat["overall"].iloc[0] != 0.1
    new = pd.DataFrame({"last": [0.1, 5], "own": 7.0, "group": 8.0, "overall": 9.0, "trend": 6.0})
    found = {name: each.tolist() for name, each in centres(flat, new).items()}
    for name in ("drift", "ar1", "ar_means", "ridge"):
        assert found[name] == pytest.approx([0.2, 5.1])
    for name in ("persistence", "own_mean", "group_mean", "overall_mean"):
        assert found[name] == [0.1, 5]


def test_a_unit_without_a_group_stays_where_the_group_would_move_it():
    panel = simulated()
    known, new = made(panel.assign(region=panel["region"].where(panel["unit"] != 3)))
    found = centres(known, new, BESIDE)
    alone = (new["unit"] == 3).to_numpy()
    assert found["group_mean"][alone].tolist() == new["last"][alone].tolist()
    others = centres(known[known["unit"] != 3], new[~alone], models=["group_mean"])["group_mean"]
    assert found["group_mean"][~alone].tolist() == pytest.approx(others.tolist(), abs=1e-10)
    assert all(np.isfinite(each).all() for each in found.values())


@pytest.mark.parametrize("function", [centres, combine, lambda *given: forecast_of("trend", *given)])
def test_too_few_cases_and_missing_outcomes_are_refused(function):
    known, new = made(simulated())
    with pytest.raises(ValueError, match="ten past cases or more; there are 9"):
        function(known.iloc[:9], new)
    function(known.iloc[:10], new)
    for column in ("target", "last"):
        with pytest.raises(ValueError, match="misses its value or its target"):
            function(known.assign(**{column: known[column].where(known["unit"] != 3)}), new)


# Out of fold


def test_out_of_fold_is_a_loop_over_folds():
    known, _ = made(simulated(missing=0.2))
    found = out_of_fold(known, BESIDE)
    assert list(found) == list(MODELS)
    for fold in range(FOLDS):
        inside = (known["fold"] == fold).to_numpy()
        expected = centres(known[~inside], known[inside], BESIDE)
        for name in MODELS:
            assert found[name][inside].tolist() == expected[name].tolist()


@pytest.mark.parametrize("unit", [0, 7, 39])
def test_a_units_own_outcomes_do_not_enter_its_centre(unit):
    known, _ = made(simulated())
    own, fold = (known["unit"] == unit).to_numpy(), (known["fold"] == unit % FOLDS).to_numpy()
    changed = known.assign(target=np.where(own, known["target"] ** 2 + 500, known["target"]))
    before, after = (out_of_fold(table, BESIDE) for table in (known, changed))
    for name in MODELS:
        assert after[name][fold].tolist() == before[name][fold].tolist()
        assert (after[name][~fold] != before[name][~fold]).any() == (name in LEARNT)


def test_two_folds_are_enough_and_one_is_not():
    known, new = made(simulated(units=2, times=12))
    assert all(np.isfinite(each).all() for each in out_of_fold(known, BESIDE).values())
    one = known.assign(fold=3)
    for function in (out_of_fold, lambda table: combine(table, new)):
        with pytest.raises(ValueError, match="units in two folds"):
            function(one)
    with pytest.raises(ValueError, match="there are 9"):
        out_of_fold(known.iloc[:9])
    with pytest.raises(ValueError, match="misses its value or its target"):
        out_of_fold(known.assign(target=NAN))


def test_a_ridge_that_can_leave_no_unit_out_has_the_largest_penalty(monkeypatch):
    known, new = made(simulated())
    one = centres(known.assign(fold=0), new, BESIDE, ["ridge"])["ridge"]
    monkeypatch.setattr(HERE, "PENALTIES", (max(PENALTIES),))
    assert one.tolist() == centres(known, new, BESIDE, ["ridge"])["ridge"].tolist()


# Spread


def test_levels_are_the_middles_of_equal_parts():
    assert (len(LEVELS), LEVELS[0], LEVELS[-1]) == (200, 0.0025, 0.9975)
    assert np.diff(LEVELS).tolist() == pytest.approx([0.005] * 199)


def test_a_pooled_spread_by_hand():
    # Of 0, 1 and 3 the quantile at a quarter is half-way from the first to the second (type 7).
    found = pooled_spread(np.array([10.0, -5]), np.array([3.0, 0, 1]), np.array([0, 0.25, 0.5, 1]))
    assert found.tolist() == [[10, 10.5, 11, 13], [-5, -4.5, -4, -2]]
    assert pooled_spread(np.zeros(3), np.arange(9.0)).shape == (3, 200)


HAND = np.array([6.0, 11, 16, 6, 11, 16])
SIGNED = np.array([5.0, 10, 15, -5, -10, -15])
"""Residuals whose size with a tenth of its median, 1, is `HAND`: the scale of each is known."""


@pytest.mark.parametrize(
    ("centre", "expected"),
    # The median level is 11: those below 1.1 count as that. Ten times the largest scale is 160.
    [(22, 22), (6, 6), (1.1, 1.1), (0.5, 1.1), (0, 1.1), (-40, 1.1), (159, 159), (1000, 160)],
)
def test_a_spread_that_is_the_level_by_hand(centre, expected):
    levels = np.array([0, 0.1, 0.5, 0.9, 1])
    found = scaled_spread(np.array([centre]), np.ones(1), HAND, np.ones(6), SIGNED, levels)
    # In order -15/16, -10/11, -5/6 and the same above: at a tenth half-way from the first to the second.
    tenth = (15 / 16 + 10 / 11) / 2
    relative = np.array([-15 / 16, -tenth, 0, tenth, 15 / 16])
    assert found[0].tolist() == pytest.approx((centre + expected * relative).tolist(), abs=1e-9)


@pytest.mark.parametrize(("size", "expected"), [(33, 33), (0.7, 0.7), (0.1, 0.6), (1e-300, 0.6), (NAN, 11)])
def test_a_spread_that_is_the_size_by_hand(size, expected):
    levels = np.array([0, 0.5, 1])
    found = scaled_spread(np.array([7.0]), np.array([size]), np.full(6, 7.0), HAND, SIGNED, levels)
    relative = np.array([-15 / 16, 0, 15 / 16])
    assert found[0].tolist() == pytest.approx((7 + expected * relative).tolist(), abs=1e-9)


def drawn(n=6000, seed=2):
    """Residuals whose deviation doubles with level, and halves where size is four times as large."""
    chance = np.random.default_rng(seed)
    level, size = np.exp(chance.normal(3, 0.7, n)), np.exp(chance.normal(5, 1, n))
    return level, size, chance.normal(size=n) * level / np.sqrt(size)


def test_past_cases_that_hardly_differ_say_little_of_one_that_does():
    nearly = np.full(12, 500.0) + np.tile([0, 1e-6], 6)
    found = scaled_spread(np.array([1.0]), np.array([5.0]), np.zeros(12), nearly, np.resize([1, 9.0, -1], 12))
    assert np.abs(found).max() < 100


def test_a_missing_past_size_is_the_median():
    level, size, residuals = drawn(200)
    gaps = np.where(np.arange(200) % 7 == 0, NAN, size)
    filled = np.where(np.isnan(gaps), np.nanmedian(gaps), gaps)
    found, expected = (scaled_spread(level, size, level, past, residuals) for past in (gaps, filled))
    assert found.tolist() == expected.tolist()


def test_a_spread_that_doubles_with_level_and_halves_with_size_is_recovered():
    # The tenth of the median, added, takes some 15% from both exponents: 2 ** 0.85 is 1.8.
    centre, size = np.array([10.0, 20, 40, 20, 20]), np.array([150.0, 150, 150, 37.5, 600])
    found = scaled_spread(centre, size, *drawn(), levels=stats.norm.cdf([-1, 0, 1]))
    deviation = (found[:, 2] - found[:, 0]) / 2
    assert deviation.tolist() == pytest.approx((centre / np.sqrt(size)).tolist(), rel=0.15)
    assert (deviation[1:3] / deviation[:2]).tolist() == pytest.approx([2, 2], rel=0.15)
    assert (deviation[[1, 4]] / deviation[[3, 1]]).tolist() == pytest.approx([0.5, 0.5], rel=0.15)
    assert found[:, 1].tolist() == pytest.approx(centre.tolist(), rel=0.02)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_units_of_measurement_do_not_matter(times, staff):
    level, size, residuals = drawn(20)
    plain = scaled_spread(level, size, level, size, residuals)
    changed = scaled_spread(times * level, staff * size, times * level, staff * size, times * residuals)
    assert np.abs(changed / times - plain).max() < 1e-6


VALUES = st.floats(-1e4, 1e4)


@given(
    st.lists(st.tuples(VALUES, VALUES, st.floats(1, 1e4)), min_size=1, max_size=20),
    st.lists(VALUES, min_size=1, max_size=5),
)
def test_quantiles_are_in_order(past, ahead):
    centre, (residuals, level, size) = np.array(ahead), np.array(past).T
    scaled = scaled_spread(centre, np.resize(size, len(centre)), level, size, residuals)
    for found in (scaled, pooled_spread(centre, residuals)):
        assert found.shape == (len(ahead), 200)
        assert (np.diff(found, axis=1) >= 0).all()


def test_forecasts_that_were_never_wrong_have_no_spread():
    level, size, _ = drawn(20)
    for found in (
        scaled_spread(level, size, level, size, np.zeros(20)),
        pooled_spread(level, np.zeros(20)),
    ):
        assert found.tolist() == [[value] * 200 for value in level]


# Combined


@pytest.mark.parametrize(
    ("units", "times", "horizon"), [(20, 4, 1), (20, 4, 2), (23, 3, 1), (31, 8, 1), (40, 5, 3), (40, 8, 2)]
)
def test_weights_are_shares_and_quantiles_are_in_order_and_within_bounds(units, times, horizon):
    known, new = made(simulated(units, times, missing=0.1, seed=units + times), horizon)
    free = combine(known, new, BESIDE)
    assert list(free.weights) == list(MODELS)
    assert min(free.weights.values()) >= 0
    assert sum(free.weights.values()) == pytest.approx(1, abs=1e-12)
    assert (free.centre.shape, free.quantiles.shape) == ((len(new),), (len(new), 200))
    assert (np.diff(free.quantiles, axis=1) >= 0).all()
    assert free.cases == len(known)
    bounds = tuple(np.quantile(free.centre, [0.3, 0.7]))
    bound = combine(known, new, BESIDE, bounds=bounds)
    assert bound.weights == free.weights
    assert bound.centre.tolist() == np.clip(free.centre, *bounds).tolist()
    assert bound.quantiles.tolist() == np.clip(free.quantiles, *bounds).tolist()


def test_weights_are_least_squares_on_units_left_out_and_so_are_residuals():
    # What else was known tells the outcome but for chance: a reason to lean on everything.
    chance = np.random.default_rng(3)
    known, new = made(simulated(missing=0.1))
    known = known.assign(x=known["target"] + chance.normal(0, 4, len(known)))
    found = combine(known, new, BESIDE)
    checked, ahead = (
        np.column_stack(list(each.values()))
        for each in (out_of_fold(known, BESIDE), centres(known, new, BESIDE))
    )
    target = known["target"].to_numpy()
    weights = optimize.minimize(
        lambda each: np.sum((target - checked @ each) ** 2) / len(target),
        np.full(len(MODELS), 1 / len(MODELS)),
        bounds=[(0, 1)] * len(MODELS),
        constraints={"type": "eq", "fun": lambda each: each.sum() - 1},
        options={"ftol": 1e-15, "maxiter": 1000},
    ).x
    assert (weights > 0.02).sum() >= 2
    assert weights[list(MODELS).index("ridge")] > 0.2
    assert list(found.weights.values()) == pytest.approx(weights.tolist(), abs=1e-3)
    assert found.centre.tolist() == pytest.approx((ahead @ weights).tolist(), abs=1e-2)
    exact = np.array(list(found.weights.values()))
    assert exact.sum() == pytest.approx(1, abs=1e-12)
    past = checked @ exact
    expected = scaled_spread(
        ahead @ exact, new["size"].to_numpy(), past, known["size"].to_numpy(), target - past
    )
    assert found.quantiles.ravel().tolist() == pytest.approx(expected.ravel().tolist(), abs=1e-9)


def test_a_perfect_model_among_bad_ones_gets_nearly_all():
    # Lines of 40 units that rise or fall as their number says, and what is known of each by chance.
    chance = np.random.default_rng(4)
    panel = simulated().assign(y=lambda rows: 100 + (rows["unit"] * 7 % 40 - 20) * (rows["time"] - 2015))
    known, new = made(panel)
    known = known[known["time"] >= 2017]
    found = combine(known, new, BESIDE)
    assert found.weights["trend"] > 0.98
    assert found.centre.tolist() == pytest.approx(new["trend"].tolist(), abs=0.5)
    noisy = known.assign(trend=known["target"] + chance.normal(0, 100, len(known)))
    assert combine(noisy, new, BESIDE).weights["trend"] < 0.05


@pytest.mark.parametrize("times", [1, 1e6, 1e-3])
def test_weights_of_two_models_by_hand(times):
    # A quarter of the way from trend to last, and 1 and -1/2 that no weights explain: the two are 1 and 2
    # apart.
    known = ten(last=[5, 7], trend=[6, 9], target=[5.75 + 1, 8.5 - 0.5], size=[1])
    known[["last", "trend", "target"]] *= times
    new = pd.DataFrame({"last": [10.0 * times], "trend": 20.0 * times, "size": 1.0})
    for models in (["persistence", "trend"], ["trend", "persistence"]):
        found = combine(known, new, models=models)
        assert list(found.weights) == models
        assert found.weights == pytest.approx({"persistence": 0.25, "trend": 0.75}, abs=1e-7)
        assert found.centre.tolist() == pytest.approx([17.5 * times], rel=1e-6)


@pytest.mark.parametrize("times", [1, 1e6, 1e-3])
@pytest.mark.parametrize("models", [["persistence", "trend"], ["trend", "persistence"]])
def test_where_nothing_fits_the_model_that_is_least_far_off_has_all(models, times):
    known = ten(last=[5, 7], trend=[6, 9], target=[-1, -2], size=[1])
    known[["last", "trend", "target"]] *= times
    new = pd.DataFrame({"last": [10.0 * times], "trend": 20.0 * times, "size": 1.0})
    found = combine(known, new, models=models)
    assert found.weights == pytest.approx({"persistence": 1.0, "trend": 0.0}, abs=1e-9)
    assert found.centre.tolist() == pytest.approx([10 * times])


@pytest.mark.parametrize("times", [1e-3, 1e6])
def test_units_of_measurement_change_no_weight(times):
    panel = simulated()
    found, again = (
        combine(*made(panel.assign(y=panel["y"] * unit, size=panel["size"] / unit)), BESIDE)
        for unit in (1, times)
    )
    assert again.weights == pytest.approx(found.weights, abs=1e-5)
    assert again.centre.tolist() == pytest.approx((times * found.centre).tolist(), rel=1e-5)
    assert again.quantiles.ravel().tolist() == pytest.approx(
        (times * found.quantiles).ravel().tolist(), rel=1e-3
    )


def test_the_order_of_cases_does_not_matter():
    known, new = made(simulated())
    found = combine(known, new, BESIDE)
    order, turned = np.random.default_rng(1).permutation(len(known)), np.arange(len(new))[::-1]
    again = combine(known.iloc[order], new.iloc[turned], BESIDE)
    assert again.centre[turned].tolist() == pytest.approx(found.centre.tolist(), abs=1e-6)
    assert again.quantiles[turned].ravel().tolist() == pytest.approx(
        found.quantiles.ravel().tolist(), abs=1e-4
    )
    alone = combine(known, new.iloc[[5]], BESIDE)
    assert alone.centre.tolist() == pytest.approx([found.centre[5]], abs=1e-10)


def test_intervals_of_new_units_hold_as_often_as_they_say():
    table, _ = made(simulated(units=2200, times=6, seed=5))
    known = table[table["unit"] < 200]
    # Each new unit once, at any time: 2,000 that are independent, and alike to what is known.
    new = table[table["unit"] >= 200].groupby("unit").sample(1, random_state=5)
    outcome = new["target"].to_numpy()
    found = combine(known, new.drop(columns="target"), BESIDE)
    for level in (0.5, 0.8, 0.95):
        # The limits, quantiles of past residuals themselves, err as shares of so many cases do.
        error = np.sqrt(level * (1 - level) * (1 / len(new) + 1 / len(known)))
        assert covered(found.quantiles, outcome, level).mean() == pytest.approx(level, abs=3 * error)
    # Deviations of small units are twice those of large ones: one spread for both misses.
    small = (new["size"] < new["size"].median()).to_numpy()
    held = covered(found.quantiles, outcome, 0.8)
    assert held[small].mean() == pytest.approx(0.8, abs=0.05)
    assert held[~small].mean() == pytest.approx(0.8, abs=0.05)
    pooled = covered(forecast_of("ar_means", known, new).quantiles, outcome, 0.8)
    assert pooled[~small].mean() - pooled[small].mean() > 0.15


def test_the_weights_know_the_dynamics():
    # The level is known but for the error of a mean: what is left is chance alone, of which no
    # forecast knows; no change misses by the way back as well.
    known, new = made(simulated(units=600, times=9, seed=5))
    new = known[known["time"] == known["time"].max()]
    known = known[known["time"] < new["time"].max()]
    error = {
        "combined": combine(known, new, BESIDE).centre - new["target"],
        **{name: forecast_of(name, known, new, BESIDE).centre - new["target"] for name in MODELS},
    }
    squares = {name: float(np.mean(each**2)) for name, each in error.items()}
    best = min(squares[name] for name in MODELS)
    assert squares["combined"] < 1.05 * best
    assert squares["combined"] < 0.9 * squares["persistence"]


# One model alone


def test_a_forecast_of_one_model_by_hand():
    # No change missed by -1 and 3, five times each: half of 200 levels, at 4.5 of nine steps between
    # ten residuals, are -1, and the rest 3, but for those between 4/9 and 5/9.
    known = ten(last=[5, 7], target=[4, 10])
    new = pd.DataFrame({"last": [10.0, 20]})
    found = forecast_of("persistence", known, new)
    assert found.centre.tolist() == [10, 20]
    assert (found.weights, found.cases) == ({"persistence": 1.0}, 10)
    expected = np.clip(-1 + 4 * (LEVELS * 9 - 4), -1, 3)
    assert found.quantiles.ravel().tolist() == pytest.approx([*(10 + expected), *(20 + expected)])
    bound = forecast_of("persistence", known, new, bounds=(9.5, 18))
    assert bound.centre.tolist() == [10, 18]
    assert bound.quantiles.tolist() == np.clip(found.quantiles, 9.5, 18).tolist()


@pytest.mark.parametrize("model", MODELS)
def test_a_forecast_of_one_model_is_its_centre_and_what_it_left(model):
    known, new = made(simulated())
    found = forecast_of(model, known, new, BESIDE)
    assert found.centre.tolist() == centres(known, new, BESIDE)[model].tolist()
    left = known["target"].to_numpy() - centres(known, known, BESIDE)[model]
    spread = found.quantiles - found.centre[:, None]
    assert spread.ravel().tolist() == pytest.approx(np.tile(np.quantile(left, LEVELS), len(new)).tolist())
