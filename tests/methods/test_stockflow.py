"""Simulated stocks and flows, against sums done by hand, expectations and what must not change."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.methods.stockflow import (
    IN_POST,
    Cohort,
    Conversions,
    Flows,
    Group,
    Response,
    Shocks,
    Stage,
    Start,
    monthly_hazard,
    simulate,
)

START = Start(stock=100.0, cover=38.0, places=132.0, work=1900.0, holder_share=0.7)
STILL = Flows(hazard=0.0, starters=0.0)
LIVELY = Flows(
    hazard=0.0145,
    starters=1.6,
    hazard_correlation=0.004,
    starters_dispersion=0.3,
    closure_sd=0.6,
    places_growth=0.2,
    places_sd=0.4,
    work_growth=0.002,
    work_sd=0.015,
)
NONE = Response(places=0.0, stock=0.0)
SOME = Response(places=0.35, stock=0.4, drift=0.05, sd=1.2)
STAGE = Stage(name="offer", median=4.0, shape=2.0, fail_alpha=2.0, fail_beta=10.0)
COHORT = Cohort(stages=(STAGE,), groups=(Group(count=12, stage="offer", waited=1.0),), hazard=0.02)
QUANTITIES = ("stock", "cover", "places", "work", "effective", "cohort_in_post")
FTE = st.floats(0, 500)


def same(one, other, names=QUANTITIES):
    """Whether two simulations have the same paths."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@given(FTE, FTE, FTE, FTE, st.integers(1, 60))
@settings(max_examples=40)
def test_without_flows_nothing_changes(stock, cover, places, work, months):
    start = Start(stock=stock, cover=cover, places=places, work=work, holder_share=0.5)
    paths = simulate(start, STILL, Response(places=0.3, stock=0.4), months, draws=2)
    for name in ("stock", "cover", "places", "work"):
        assert (getattr(paths, name) == getattr(start, name)).all()
        assert getattr(paths, name).shape == (months + 1, 2)
    assert (paths.effective == stock + cover).all()


def test_stock_goes_to_where_leavers_and_starters_balance():
    # I_T = I_0 (1 - h)^T + (s / h) (1 - (1 - h)^T) = 80 + 0.2 / h = 90.8557 where h = 1 - 0.8^(1/12).
    hazard = float(monthly_hazard(-np.log(0.8)))
    assert 80 + 0.2 / hazard == pytest.approx(90.8557, abs=1e-4)
    flows = replace(LIVELY, hazard=hazard, starters=1.0)
    last = simulate(START, flows, NONE, 12, draws=20_000).stock[-1]
    assert last.mean() == pytest.approx(90.8557, abs=4 * last.std() / np.sqrt(20_000))


@pytest.mark.parametrize(("correlation", "dispersion"), [(0.0, 0.0), (0.02, 0.5)])
def test_the_spread_of_a_month_is_that_of_its_parts(correlation, dispersion):
    flows = Flows(
        hazard=0.3,
        starters=4.0,
        hazard_correlation=correlation,
        starters_dispersion=dispersion,
        closure_mean=0.5,
        closure_sd=1.5,
    )
    stock = simulate(replace(START, stock=20.5), flows, NONE, 1, draws=40_000).stock[1]
    # Half a worker leaves as a whole one does; 20 are correlated with each other.
    leaving = 20 * 0.21 * (1 + 19 * correlation) + 0.25 * 0.21
    variance = leaving + 4 + dispersion * 16 + 1.5**2
    assert stock.mean() == pytest.approx(0.7 * 20.5 + 4.5, abs=4 * np.sqrt(variance / 40_000))
    assert stock.var() == pytest.approx(variance, rel=0.03)


def test_one_draw_by_hand():
    flows = replace(STILL, closure_mean=2.0, places_growth=1.0, work_growth=0.1)
    start = Start(stock=100.0, cover=30.0, places=110.0, work=200.0, holder_share=0.5)
    response = Response(places=0.5, stock=0.25, drift=0.1)
    paths = simulate(start, flows, response, 2, conversions=Conversions(number=[0, 5]), draws=1)
    # Cover: + 0.1 + 0.5 * 1 - 0.25 * 2 = + 0.1 a month; then five become stock.
    assert paths.stock[:, 0].tolist() == pytest.approx([100, 102, 109])
    assert paths.cover[:, 0].tolist() == pytest.approx([30, 30.1, 25.2])
    assert paths.places[:, 0].tolist() == pytest.approx([110, 111, 112])
    assert paths.vacancies[:, 0].tolist() == pytest.approx([10, 9, 3])
    assert paths.vacancy_rate[:, 0].tolist() == pytest.approx([10 / 110, 9 / 111, 3 / 112])
    assert paths.cover_share[:, 0].tolist() == pytest.approx([30 / 130, 30.1 / 132.1, 25.2 / 134.2])
    assert paths.load[:, 0].tolist() == pytest.approx([200 / 65, 220 / 66.05, 242 / 67.1])


def test_shocks_by_hand():
    # Cover answers to those of places and of stock as to any other change, and then has its own.
    shocks = Shocks(
        stock=np.array([[4.0, 0.0], [-8.0, 0.0]]), places=np.array([[10.0], [0.0]]), cover=np.float64(1.0)
    )
    paths = simulate(START, STILL, Response(places=0.5, stock=0.25), 2, shocks=shocks, draws=2)
    assert paths.stock.tolist() == [[100, 100], [104, 100], [96, 100]]
    assert paths.places.tolist() == [[132, 132], [142, 142], [142, 142]]
    assert paths.cover.tolist() == [[38, 38], [38 + 5 - 1 + 1, 38 + 5 + 1], [43 + 2 + 1, 44 + 1]]


def test_work_grows_at_its_rate_on_average():
    flows = replace(STILL, work_growth=0.01, work_sd=0.1)
    work = simulate(START, flows, NONE, 12, draws=20_000).work[-1]
    assert work.mean() == pytest.approx(1900 * 1.01**12, abs=4 * work.std() / np.sqrt(20_000))
    assert np.log(work).std() == pytest.approx(0.1 * np.sqrt(12), rel=0.03)


@given(st.lists(st.floats(0, 20), min_size=6, max_size=6), st.floats(0, 2))
@settings(max_examples=40)
def test_conversion_keeps_the_sum_of_stock_and_cover(numbers, answer):
    paths = simulate(
        START, STILL, Response(places=0.3, stock=answer), 6, conversions=Conversions(number=numbers), draws=2
    )
    assert paths.stock + paths.cover == pytest.approx(np.full((7, 2), 138.0))
    assert paths.stock[-1] == pytest.approx(100 + min(sum(numbers), 38))
    assert (paths.cover >= 0).all()


def test_no_more_is_converted_than_there_is():
    paths = simulate(START, STILL, NONE, 3, conversions=Conversions(number=15.0), draws=1)
    assert paths.cover[:, 0].tolist() == [38, 23, 8, 0]
    assert paths.stock[:, 0].tolist() == [100, 115, 130, 138]


@given(st.floats(0, 60), st.floats(-5, 5), st.floats(-2, 2), st.integers(0, 1000))
@settings(max_examples=40)
def test_cover_and_stock_are_never_negative(cover, drift, answer, seed):
    response = Response(places=0.5, stock=answer, drift=drift, sd=3.0)
    flows = replace(LIVELY, closure_mean=-1.0, closure_sd=5.0, places_growth=-20.0)
    start = replace(START, stock=5.0, cover=cover)
    paths = simulate(start, flows, response, 12, conversions=Conversions(number=1.0), draws=20, seed=seed)
    for name in ("cover", "stock", "places", "vacancies"):
        assert (getattr(paths, name) >= 0).all()
    shares = paths.cover_share[~np.isnan(paths.cover_share)]
    assert ((shares >= 0) & (shares <= 1)).all()


def test_a_seed_settles_the_draws():
    one, again, other = (
        simulate(START, LIVELY, SOME, 12, cohort=COHORT, draws=20, seed=seed) for seed in (1, 1, 2)
    )
    assert same(one, again)
    assert not any(same(one, other, (name,)) for name in QUANTITIES)
    generator = np.random.default_rng(1)
    first, second = (simulate(START, LIVELY, SOME, 12, draws=20, seed=generator) for _ in range(2))
    assert same(first, simulate(START, LIVELY, SOME, 12, draws=20, seed=1))
    assert not same(first, second)


def test_a_cohort_of_nobody_is_no_cohort():
    nobody = replace(COHORT, groups=(Group(count=0, stage="offer"), Group(count=0, stage=IN_POST)))
    without, empty = (simulate(START, LIVELY, SOME, 12, cohort=c, draws=20) for c in (None, nobody))
    assert same(without, empty)
    assert without.journeys is None
    assert empty.journeys is None


@pytest.mark.parametrize(
    "changed",
    [
        {"conversions": Conversions(number=[0] * 6 + [4] + [0] * 5)},
        {"cohort": replace(COHORT, groups=(*COHORT.groups, Group(count=9, stage="offer", due=7.0)))},
    ],
)
def test_a_scenario_changes_nothing_before_it_acts(changed):
    base = simulate(START, LIVELY, SOME, 12, cohort=COHORT, draws=50)
    other = simulate(START, LIVELY, SOME, 12, **{"cohort": COHORT, "draws": 50} | changed)
    for name in ("stock", "cover", "effective"):
        gap = getattr(other, name) - getattr(base, name)
        assert (gap[:7] == 0).all()
    assert (other.stock[7] > base.stock[7]).any()
    assert same(base, other, ("places", "work"))


@pytest.mark.parametrize("field", ["hazard", "starters", "places_growth", "work_growth", "closure_mean"])
def test_a_scenario_keeps_the_chance_of_what_it_does_not_change(field):
    # Whole workers, so that no part of a worker leaves in one scenario and not in the other.
    flows = replace(LIVELY, closure_sd=0.0)
    more = replace(flows, **{field: getattr(flows, field) + 1 * (field == "closure_mean") + 0.004})
    base, other = (simulate(START, chosen, SOME, 24, cohort=COHORT, draws=200) for chosen in (flows, more))
    moved = {"places_growth": "places", "work_growth": "work"}.get(field, "stock")
    kept = {"stock", "places", "work", "cohort_in_post"} - {moved}
    assert same(base, other, tuple(kept))
    gap = getattr(other, moved) - getattr(base, moved)
    assert gap.mean() != 0
    if field in ("starters", "places_growth", "work_growth"):
        assert (gap >= 0).all()
    if field == "hazard":
        assert (gap <= 0).all()


def test_a_stronger_answer_takes_more_cover_off_in_every_draw_where_stock_grew():
    weak, strong = (
        simulate(replace(START, cover=1e4), LIVELY, replace(SOME, stock=k), 12, draws=200) for k in (0.0, 1.0)
    )
    assert same(weak, strong, ("stock", "places", "work"))
    grown = weak.stock - weak.stock[0]
    assert weak.cover - strong.cover == pytest.approx(grown, abs=1e-6)


def test_each_draw_has_its_own_parameters():
    flows = Flows(hazard=np.array([0.0, 1.0]), starters=0.0, closure_mean=np.array([1.0, 0.0]))
    response = Response(places=0.0, stock=np.array([1.0, 0.5]))
    paths = simulate(START, flows, response, 2, draws=2)
    assert paths.stock.tolist() == [[100, 100], [101, 0], [102, 0]]
    assert paths.cover.tolist() == [[38, 38], [37, 88], [36, 88]]


def test_areas_side_by_side_are_as_each_alone():
    stocks, hazards = (60.0, 250.0), (0.03, 0.01)
    start = replace(START, stock=np.array(stocks)[:, None], holder_share=np.array([[0.5], [0.7]]))
    flows = replace(LIVELY, hazard=np.array(hazards)[:, None])
    together = simulate(start, flows, SOME, 18, cohort=COHORT, draws=4000)
    for name in ("vacancies", "cover_share", "vacancy_rate", "load", *QUANTITIES):
        assert getattr(together, name).shape == (2, 19, 4000)
    assert together.journeys.arrival_month.shape == (12, 2, 4000)
    for area in range(2):
        alone = simulate(
            replace(START, stock=stocks[area], holder_share=(0.5, 0.7)[area]),
            replace(LIVELY, hazard=hazards[area]),
            SOME,
            18,
            cohort=COHORT,
            draws=4000,
            seed=7,
        )
        for name in ("stock", "cover", "places", "load"):
            one, other = getattr(together, name)[area], getattr(alone, name)
            error = np.sqrt((one.var(axis=1) + other.var(axis=1)) / 4000)
            assert (np.abs(one.mean(axis=1) - other.mean(axis=1)) <= 4 * error + 1e-9).all()


def test_a_ratio_without_a_denominator_is_missing():
    empty = Start(stock=0.0, cover=0.0, places=0.0, work=5.0, holder_share=0.5)
    paths = simulate(empty, STILL, NONE, 1, draws=1)
    for name in ("cover_share", "vacancy_rate", "load"):
        assert np.isnan(getattr(paths, name)).all()
    without = simulate(Start(stock=1, cover=1, places=1), STILL, NONE, 1, draws=1)
    assert np.isnan(without.load).all()
    assert np.isnan(without.work).all()
    assert (without.cover_share == 0.5).all()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: replace(START, stock=-1.0), r"Start\.stock has -1: it must be 0 or more"),
        (lambda: replace(START, cover=np.array([1.0, -2.0])), r"Start\.cover has -2"),
        (lambda: replace(START, places=np.nan), r"Start\.places has nan: it must be 0 or more"),
        (lambda: replace(START, work=-1.0), r"Start\.work has -1: it must be 0 or more or missing"),
        (lambda: replace(START, holder_share=1.5), r"Start\.holder_share has 1\.5"),
        (lambda: replace(STILL, hazard=1.2), r"Flows\.hazard has 1\.2: it must be between 0 and 1"),
        (lambda: replace(STILL, hazard_correlation=1.0), r"Flows\.hazard_correlation has 1"),
        (lambda: replace(STILL, starters=-1.0), r"Flows\.starters has -1"),
        (lambda: replace(STILL, starters_dispersion=-1.0), r"Flows\.starters_dispersion has -1"),
        (lambda: replace(STILL, starter_ramp_share=2.0), r"Flows\.starter_ramp_share has 2"),
        (lambda: replace(STILL, closure_mean=np.inf), r"Flows\.closure_mean has inf: it must be a number"),
        (lambda: replace(STILL, closure_sd=-1.0), r"Flows\.closure_sd has -1"),
        (lambda: replace(STILL, places_sd=-1.0), r"Flows\.places_sd has -1"),
        (lambda: replace(STILL, work_sd=-1.0), r"Flows\.work_sd has -1"),
        (lambda: replace(STILL, work_growth=-2.0), r"Flows\.work_growth has -2: it must be -1 or more"),
        (lambda: replace(NONE, sd=-1.0), r"Response\.sd has -1"),
        (lambda: replace(NONE, stock=np.nan), r"Response\.stock has nan"),
        (lambda: Shocks(places=np.array([1.0, np.nan])), r"Shocks\.places has nan: it must be a number"),
        (lambda: Conversions(number=[1.0, -1.0]), r"Conversions\.number has -1"),
    ],
)
def test_impossible_parameters_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"months": 0}, "months is 0: it must be between 1 and 60"),
        ({"months": 61}, "months is 61"),
        ({"draws": 0}, "draws is 0: it must be 1 or more"),
        ({"conversions": Conversions(number=[1.0, 2.0])}, r"has the shape \(2,\): it must be one number or"),
        ({"shocks": Shocks(cover=np.zeros((2, 5)))}, r"Shocks\.cover has the shape \(2, 5\): it must"),
        ({"shocks": Shocks(stock=np.zeros((2, 3, 5)))}, r"Shocks\.stock has the shape \(2, 3, 5\)"),
        ({"flows": replace(STILL, hazard=np.zeros(4))}, r"Flows\.hazard has the shape \(4,\)"),
        ({"start": replace(START, cover=np.zeros((2, 2, 5)))}, r"Start\.cover has the shape \(2, 2, 5\)"),
        (
            {"cohort": Cohort(stages=(), groups=(Group(count=101, stage=IN_POST),))},
            r"Cohort\.groups has 101 in post: Start\.stock includes them, and has 100",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(changed, said):
    given_all = {"start": START, "flows": STILL, "response": NONE, "months": 3, "draws": 5} | changed
    with pytest.raises(ValueError, match=said):
        simulate(**given_all)


def test_every_field_of_the_paths_that_is_a_quantity_is_checked_here():
    paths = simulate(START, STILL, NONE, 1, draws=1)
    assert {field.name for field in fields(paths)} == {*QUANTITIES, "holder_share", "journeys"}
