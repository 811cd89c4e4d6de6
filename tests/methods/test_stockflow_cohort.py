"""Promised joiners: delays, survivals and ramps, against sums done by hand and scipy's gamma distribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.methods.stockflow import (
    IN_POST,
    Cohort,
    Flows,
    Group,
    Journeys,
    Ramp,
    Response,
    Stage,
    Start,
    journeys,
    ramp,
    residual_delay,
    simulate,
)
from analytics.methods.stockflow.people import in_post, people_short
from analytics.methods.stockflow.productivity import starters_short

LEVELS = np.linspace(0.02, 0.98, 25)
OFFER = Stage(name="offer", median=4.0, shape=2.0, fail_alpha=2.0, fail_beta=10.0)
CHECKS = Stage(name="checks", median=2.0, shape=1.5, fail_alpha=1.0, fail_beta=19.0)
STILL = Flows(hazard=0.0, starters=0.0)


def at_once(fail: float, name: str = "offer") -> Stage:
    """Make a stage without delay whose probability of failing is all but certain to be `fail`."""
    return Stage(name=name, median=0.0, fail_alpha=fail * 1e9, fail_beta=(1 - fail) * 1e9)


def test_the_median_is_the_one_stated_and_a_quarter_of_an_exponential_wait_twice_as_long():
    for shape in (0.5, 1.0, 2.0, 7.0):
        stage = Stage(name="offer", median=6.0, shape=shape)
        assert residual_delay(np.array([0.5]), 0.0, stage) == pytest.approx(6)
    left = residual_delay(np.array([0.5, 0.25, 0.125]), 0.0, Stage(name="offer", median=6.0))
    assert left.tolist() == pytest.approx([6, 12, 18])


@pytest.mark.parametrize("waited", [0.5, 3.0, 40.0])
def test_what_is_left_of_an_exponential_delay_does_not_depend_on_the_wait(waited):
    stage = Stage(name="offer", median=6.0, shape=1.0)
    fresh, left = (residual_delay(LEVELS, months, stage) for months in (0.0, waited))
    assert left == pytest.approx(fresh)


def test_waiting_shortens_what_is_left_where_the_shape_is_above_one_and_lengthens_it_below():
    for shape, sign in ((3.0, -1), (0.5, 1)):
        fresh, left = (
            residual_delay(LEVELS, months, Stage(name="offer", median=6.0, shape=shape))
            for months in (0.0, 5.0)
        )
        assert (sign * (left - fresh) > 0).all()


@given(st.floats(0.3, 8), st.floats(0.5, 24), st.floats(0, 24))
def test_what_is_left_has_the_distribution_of_delays_that_lasted_as_long(shape, median, waited):
    stage = Stage(name="offer", median=median, shape=shape)
    law = stats.gamma(shape, scale=median / stats.gamma(shape).ppf(0.5))
    if law.sf(waited) > 1e-200:
        left = residual_delay(LEVELS, waited, stage)
        assert law.sf(waited + left) / law.sf(waited) == pytest.approx(LEVELS, rel=1e-6)


def test_fresh_delays_add_over_the_stages():
    cohort = Cohort(stages=(OFFER, CHECKS), groups=(Group(count=1, stage="offer"),))
    drawn = journeys(cohort, 20_000, 1).arrival_month
    drawn = drawn[np.isfinite(drawn)]
    # A gamma distribution has mean shape * scale; arrivals count from the end of their month, half a
    # month later on average.
    mean = sum(s.shape * s.median / stats.gamma(s.shape).ppf(0.5) for s in (OFFER, CHECKS)) + 0.5
    assert drawn.mean() == pytest.approx(mean, abs=4 * drawn.std() / np.sqrt(drawn.size))


@pytest.mark.parametrize(("stage", "expected"), [("offer", 0.8 * 0.5), ("checks", 0.5)])
def test_survivals_of_the_stages_that_remain_multiply(stage, expected):
    cohort = Cohort(
        stages=(at_once(0.2), at_once(0.5, "checks")), groups=(Group(count=10, stage=stage, waited=3.0),)
    )
    arrived = np.isfinite(journeys(cohort, 2000, 1).arrival_month)
    assert arrived.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 20_000))


def test_an_uncertain_survival_is_the_same_for_all_people_of_a_draw():
    # q uniform: of 10 people any number from 0 to 10 is as likely, mean 5 and variance (11² - 1) / 12.
    stage = Stage(name="offer", median=0.0, fail_alpha=1.0, fail_beta=1.0)
    cohort = Cohort(stages=(stage,), groups=(Group(count=10, stage="offer"),))
    arrived = np.isfinite(journeys(cohort, 20_000, 1).arrival_month).sum(axis=0)
    assert arrived.mean() == pytest.approx(5, abs=4 * np.sqrt(10 / 20_000))
    assert arrived.var() == pytest.approx(10, rel=0.03)


def test_without_delay_or_attrition_the_stock_grows_by_the_cohort_and_those_in_post_are_in_it_already():
    stages = (Stage(name="offer", median=0.0), Stage(name="checks", median=0.0))
    groups = (Group(count=7, stage=IN_POST, waited=2.0), Group(count=14, stage="checks", waited=1.0))
    cohort = Cohort(stages=stages, groups=(*groups, Group(count=2, stage="offer")))
    response = Response(places=0.0, stock=0.25)
    paths = simulate(Start(stock=100, cover=30, places=130), STILL, response, 3, cohort=cohort, draws=4)
    assert (paths.stock == [[100.0], [116.0], [116.0], [116.0]]).all()
    assert (paths.cover == [[30.0], [26.0], [26.0], [26.0]]).all()
    assert (paths.cohort_in_post == [[7.0], [23.0], [23.0], [23.0]]).all()
    assert (paths.effective == paths.stock + paths.cover).all()
    assert (cohort.people, cohort.in_post) == (23, 7)


@pytest.mark.parametrize(
    ("due", "shift", "month"), [(5.0, 0.0, 5), (5.0, 3.0, 8), (2.2, 0.0, 3), (2.0, -6.0, 1), (0.0, 0.0, 1)]
)
def test_a_planned_month_takes_the_place_of_delays_and_can_be_put_off(due, shift, month):
    stage = Stage(name="offer", median=50.0)
    cohort = Cohort(stages=(stage,), groups=(Group(count=2, stage="offer", due=due),), delay_shift=shift)
    assert (journeys(cohort, 3, 1).arrival_month == month).all()


def test_a_shift_by_draw_moves_each_draw():
    group = Group(count=2, stage="offer", due=4.0)
    cohort = Cohort(stages=(OFFER,), groups=(group,), delay_shift=np.array([0.0, 3.0, 6.0]))
    drawn = journeys(cohort, 3, 1).arrival_month
    assert np.where(np.isfinite(drawn), drawn, [4, 7, 10]).tolist() == [[4, 7, 10]] * 2


def test_those_in_post_leave_at_their_hazard_from_the_first_month():
    cohort = Cohort(stages=(), groups=(Group(count=20, stage=IN_POST, waited=9.0),), hazard=0.1)
    present = in_post(journeys(cohort, 5000, 1), 12).mean(axis=1)
    expected = 20 * 0.9 ** np.arange(13)
    assert (np.abs(present - expected) <= 4 * np.sqrt(expected * (1 - 0.9 ** np.arange(13)) / 5000)).all()
    gone = Cohort(stages=(), groups=(Group(count=3, stage=IN_POST),), hazard=1.0)
    assert (journeys(gone, 5, 1).leave_month == 1).all()


def test_a_ramp_rises_in_a_straight_line():
    assert ramp(np.array([0.0, 3.0, 6.0, 12.0, 50.0]), 12.0, 0.4).tolist() == pytest.approx(
        [0.4, 0.55, 0.7, 1, 1]
    )
    assert ramp(np.array([0.0, 3.0]), 0.0, 0.4).tolist() == [1, 1]


def test_effective_fte_by_hand():
    # 5 months into a ramp of 12 from 0.4: short by 0.6 * 7/12 = 0.35, then 0.3. Another comes in month 2.
    cohort = Cohort(
        stages=(Stage(name="offer", median=0.0),),
        groups=(Group(count=1, stage=IN_POST, waited=5.5), Group(count=1, stage="offer", due=2.0)),
        ramp=Ramp(length=12.0, first=0.4),
    )
    start = Start(stock=10, cover=2, places=12)
    paths = simulate(start, STILL, Response(places=0.0, stock=0.0), 2, cohort=cohort, draws=1)
    assert paths.effective[:, 0].tolist() == pytest.approx([12 - 0.35, 12 - 0.3, 13 - 0.25 - 0.6])


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 9)), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.5, 1.0, 4.0, 7.3]),
    st.floats(0, 1),
)
def test_what_is_short_is_the_sum_of_what_each_is_short_of(people, length, first):
    arrival = np.array([[float(came)] for came, _ in people])
    leave = np.maximum(arrival, 0) + np.array([[float(stay)] for _, stay in people])
    drawn, months = Journeys(arrival, leave), np.arange(13)
    there = (arrival <= months) & (months < leave)
    expected = (there * (1 - ramp(np.maximum(months - arrival, 0), length, first))).sum(axis=0)
    found = people_short(drawn, 12, Ramp(length=length, first=first))
    assert found[:, 0] == pytest.approx(expected, abs=1e-9)
    assert in_post(drawn, 12)[:, 0] == pytest.approx(there.sum(axis=0))


def test_a_ramp_may_differ_by_draw():
    drawn = Journeys(np.zeros((1, 3)), np.full((1, 3), np.inf))
    over = Ramp(length=np.array([0.0, 2.0, 4.0]), first=np.array([0.5, 0.5, 0.0]))
    expected = [[0, 0.5, 1], [0, 0.25, 0.75], [0, 0, 0.5], [0, 0, 0.25], [0, 0, 0]]
    assert people_short(drawn, 4, over) == pytest.approx(np.array(expected))


def test_starters_on_their_ramp_by_hand():
    # Half of 2 a month, with a ramp of 2 months from 0.4: short by 0.6 at first and 0.3 in the next.
    # Before: one came in month 0, and one in month -1, of whom 0.9 are left. Then 4 and 0 come, of whom
    # 2 and 0 ramp, and of those there 0.5 and 0.8 stay.
    found = starters_short(
        np.array([[4.0], [0.0]]), np.array([[0.5], [0.8]]), 0.5, 2.0, 0.1, Ramp(length=2.0, first=0.4)
    )
    assert found[:, 0].tolist() == pytest.approx([0.6 + 0.9 * 0.3, 2 * 0.6 + 0.5 * 0.3, 2 * 0.8 * 0.3])


def test_what_starters_are_short_of_is_steady_where_starters_are():
    steady = starters_short(
        np.full((24, 1), 2.0), np.full((24, 1), 0.98), 0.5, 2.0, 0.02, Ramp(length=12.0, first=0.6)
    )
    assert steady == pytest.approx(np.full((25, 1), steady[0, 0]))


def test_a_simulation_counts_starters_on_their_ramp():
    # A month 0 before anything has moved: 0.5 * 2 * 0.5 * (1 + 0.75 + 0.5 + 0.25).
    flows = Flows(hazard=0.0, starters=2.0, starter_ramp_share=0.5, starter_ramp=Ramp(length=4.0, first=0.5))
    start = Start(stock=100, cover=0, places=100)
    paths = simulate(start, flows, Response(places=0.0, stock=0.0), 12, draws=4000)
    short = (paths.stock + paths.cover - paths.effective).mean(axis=1)
    assert short[0] == pytest.approx(1.25)
    # The variance of a month is 2 * 0.5² * 0.5² * (1 + 0.75² + 0.5² + 0.25²) = 0.234.
    assert (np.abs(short - 1.25) <= 4 * np.sqrt(0.235 / 4000)).all()


def test_the_order_of_groups_does_not_matter():
    groups = (
        Group(count=4, stage="offer", waited=1.0),
        Group(count=3, stage="checks"),
        Group(count=2, stage=IN_POST, waited=3.0),
    )
    paths = [
        in_post(journeys(Cohort(stages=(OFFER, CHECKS), groups=order, hazard=0.02), 5000, seed), 24)
        for seed, order in ((1, groups), (2, groups[::-1]))
    ]
    gap = np.abs(paths[0].mean(axis=1) - paths[1].mean(axis=1))
    error = np.sqrt((paths[0].var(axis=1) + paths[1].var(axis=1)) / 5000)
    assert (gap <= 4 * error + 1e-9).all()


def test_people_keep_their_draws_when_others_are_added():
    first, second = Group(count=4, stage="offer", waited=1.0), Group(count=3, stage="checks")
    more = Group(count=6, stage="checks")

    def drawn(*groups):
        return journeys(Cohort(stages=(OFFER, CHECKS), groups=groups, hazard=0.02), 50, 1)

    few, many = drawn(first, second), drawn(first, more)
    assert np.array_equal(few.arrival_month, many.arrival_month[:7])
    assert np.array_equal(few.leave_month, many.leave_month[:7])
    assert np.array_equal(drawn(first).arrival_month, few.arrival_month[:4])


def test_a_cohort_can_be_drawn_by_area_with_parameters_of_its_own():
    stage = Stage(name="offer", median=np.array([[0.0], [5.0]]), shape=np.array([[1.0], [3.0]]))
    cohort = Cohort(stages=(stage,), groups=(Group(count=3, stage="offer", waited=1.0),))
    drawn = journeys(cohort, (2, 500), 1)
    assert drawn.arrival_month.shape == (3, 2, 500)
    assert (drawn.arrival_month[:, 0] == 1).all()
    assert drawn.arrival_month[:, 1].mean() > 3


def test_an_implausible_wait_is_refused():
    stage = Stage(name="offer", median=0.1)
    cohort = Cohort(stages=(stage,), groups=(Group(count=1, stage="offer", waited=900.0),))
    with pytest.raises(ValueError, match=r"Group\.waited has 900 months in the stage 'offer'"):
        journeys(cohort, 5, 1)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Group(count=-1, stage="offer"), r"Group\.count has -1: it must be 0 or more"),
        (lambda: Group(count=1.5, stage="offer"), r"Group\.count has 1\.5: it must be a whole number"),
        (lambda: Group(count=1, stage="offer", waited=-2.0), r"Group\.waited has -2"),
        (lambda: Group(count=1, stage="offer", due=-2.0), r"Group\.due has -2"),
        (lambda: Group(count=1, stage=IN_POST, due=2.0), r"Group\.due has 2: those in post have arrived"),
        (lambda: Stage(name="offer", median=-1.0), r"Stage\.median has -1"),
        (lambda: Stage(name="offer", median=1.0, shape=0.0), r"Stage\.shape has 0"),
        (lambda: Stage(name="offer", median=1.0, fail_alpha=-1.0), r"Stage\.fail_alpha has -1"),
        (lambda: Stage(name="offer", median=1.0, fail_beta=0.0), r"Stage\.fail_beta has 0"),
        (lambda: Ramp(length=-1.0), r"Ramp\.length has -1"),
        (lambda: Ramp(first=1.1), r"Ramp\.first has 1\.1: it must be between 0 and 1"),
        (lambda: Cohort(stages=(), groups=(), hazard=2.0), r"Cohort\.hazard has 2"),
        (lambda: Cohort(stages=(), groups=(), delay_shift=np.nan), r"Cohort\.delay_shift has nan"),
        (lambda: Cohort(stages=(OFFER, OFFER), groups=()), r"Cohort\.stages has 'offer' twice"),
        (
            lambda: Cohort(stages=(OFFER,), groups=(Group(count=1, stage="visa"),)),
            r"Cohort\.groups has the stage 'visa': it must be one of \['offer', 'in post'\]",
        ),
    ],
)
def test_impossible_cohorts_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()
