"""Stock, cover, places and work, month by month and in all draws at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.methods.stockflow.checks import Floats, Parameter, common_shape
from analytics.methods.stockflow.cohort import Cohort
from analytics.methods.stockflow.counts import BetaBinomial, negative_binomial_quantile
from analytics.methods.stockflow.parameters import Conversions, Flows, Response, Shocks, Start
from analytics.methods.stockflow.paths import Paths
from analytics.methods.stockflow.people import Journeys, in_post, journeys, people_short
from analytics.methods.stockflow.productivity import starters_short

MOST_MONTHS = 60
STREAMS = ("leavers", "parts", "starters", "closure", "places", "work", "cover", "cohort")
"""What chance decides, each with a stream of random numbers to itself."""
BLOCK = 300_000
"""Starters are counted for about so many months and draws at once: as many as a processor has at hand."""

Streams = dict[str, np.random.Generator]


def simulate(
    start: Start,
    flows: Flows,
    response: Response,
    months: int,
    *,
    cohort: Cohort | None = None,
    conversions: Conversions | None = None,
    shocks: Shocks | None = None,
    draws: int = 5000,
    seed: int | np.random.Generator = 20130401,
) -> Paths:
    """Draw paths of stock, cover, places and work.

    In a month workers leave (beta-binomial for whole workers and a chance of h for the part left
    over, so that the mean is h times the stock), others start, the closure is added and people of the
    cohort come and go; cover answers to the change of places and of stock; then cover is converted,
    to which it does not answer. Stock, cover and places do not fall below 0.

    Uncertain parameters are arrays with one value a draw, drawn by the caller; what happens given them
    is drawn here. The same seed gives the same random numbers whatever the parameters, the cohort and
    the conversions are, so that two scenarios differ by what was changed. A cohort is drawn anew for
    each area.

    Args:
        start: what there is in month 0; its stock includes those of the cohort in post.
        flows: of stock, places and work.
        response: of cover.
        months: how many, 1 to 60.
        cohort: promised joiners, whose hazard and ramp are their own.
        conversions: from cover to stock.
        shocks: what else moves stock, places and cover, by month.
        draws: how many, 1 or more.
        seed: a generator gives other draws each time that it is used.

    Raises:
        ValueError: months or draws are out of range, a parameter's shape does not fit, there are
            conversions for another number of months, or more of the cohort in post than stock.
    """
    _check_sizes(start, months, cohort, draws)
    if cohort is None:
        cohort = Cohort(stages=(), groups=())
    shape = common_shape(
        draws, start, flows, flows.starter_ramp, response, cohort, cohort.ramp, *cohort.stages
    )
    chance = dict(zip(STREAMS, np.random.default_rng(seed).spawn(len(STREAMS)), strict=True))
    moved = (conversions or Conversions(number=0)).by_month(months)
    shocks = shocks or Shocks()
    shocks.fit((months, *shape))
    people = journeys(cohort, shape, chance["cohort"])
    came = in_post(people, months)
    places = _places(start, flows, shocks.places, (months, *shape), chance["places"])
    push = _push(response, places, came, chance["cover"]) + shocks.cover
    run = _run(start, flows, response, push, moved, shocks.stock, cohort.in_post, chance)
    stock = run.own + came
    short = people_short(people, months, cohort.ramp) + starters_short(
        run.starters, run.stay, flows.starter_ramp_share, flows.starters, flows.hazard, flows.starter_ramp
    )
    return _paths(
        start,
        people if cohort.people else None,
        stock=stock,
        cover=run.cover,
        places=places,
        work=_work(start, flows, months, shape, chance["work"]),
        effective=stock + run.cover - short,
        cohort_in_post=came,
    )


def _check_sizes(start: Start, months: int, cohort: Cohort | None, draws: int) -> None:
    """Refuse numbers of months, draws and people that cannot be simulated."""
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"months is {months}: it must be between 1 and {MOST_MONTHS}")
    if draws < 1:
        raise ValueError(f"draws is {draws}: it must be 1 or more")
    if cohort is not None and cohort.in_post > np.min(start.stock):
        raise ValueError(
            f"Cohort.groups has {cohort.in_post} in post: Start.stock includes them, and has "
            f"{np.min(start.stock):g}"
        )


@dataclass(frozen=True, eq=False)
class _Run:
    """The part that goes month by month: stock outside the cohort, cover, starters, part that stays."""

    own: Floats
    cover: Floats
    starters: Floats
    stay: Floats


def _run(
    start: Start,
    flows: Flows,
    response: Response,
    push: Floats,
    moved: Floats,
    shock: Parameter,
    in_post_before: int,
    chance: Streams,
) -> _Run:
    """Step through the months, each from the one before."""
    size = push.shape
    starters = _starters(chance["starters"].random(size), flows)
    joined = starters + _normal(flows.closure_mean, flows.closure_sd, size, chance["closure"]) + shock
    levels, parts = chance["leavers"].random(size), chance["parts"].random(size)
    own, cover = (np.empty((size[0] + 1, *size[1:])) for _ in range(2))
    stay = np.ones(size)
    own[0], cover[0] = np.asarray(start.stock) - in_post_before, start.cover
    leaving = BetaBinomial(flows.hazard, flows.hazard_correlation)
    for m in range(size[0]):
        left = _leavers(own[m], leaving, levels[m], parts[m])
        np.divide(own[m] - left, own[m], out=stay[m], where=own[m] > 0)
        after = np.maximum(own[m] - left + joined[m], 0.0)
        answered = np.maximum(cover[m] + push[m] - response.stock * (after - own[m]), 0.0)
        converted = np.minimum(moved[m], answered)
        own[m + 1], cover[m + 1] = after + converted, answered - converted
    return _Run(own, cover, starters, stay)


def _starters(levels: Floats, flows: Flows) -> Floats:
    """Give whole people who start in each month, some months at a time: one block of all is slower."""
    blocks = np.array_split(levels, -(-levels.size // BLOCK))
    counts = [negative_binomial_quantile(each, flows.starters, flows.starters_dispersion) for each in blocks]
    return np.concatenate(counts)


def _leavers(stock: Floats, leaving: BetaBinomial, level: Floats, part: Floats) -> Floats:
    """Give the FTE that leaves: a count of the whole workers, and the part left over or nothing."""
    whole = np.floor(stock)
    return leaving.quantile(level, whole) + np.where(part < leaving.chance, stock - whole, 0.0)


def _push(response: Response, places: Floats, came: Floats, stream: np.random.Generator) -> Floats:
    """Give the change of cover by month that does not depend on how stock outside the cohort moves."""
    noise = _normal(response.drift, response.sd, (len(places) - 1, *places.shape[1:]), stream)
    answer = response.places * np.diff(places, axis=0) - response.stock * np.diff(came, axis=0)
    return np.asarray(noise + answer)


def _places(
    start: Start, flows: Flows, shock: Parameter, size: tuple[int, ...], stream: np.random.Generator
) -> Floats:
    """Draw places, shape (months + 1, ...): a walk from the start, 0 where it would be below."""
    steps = _normal(flows.places_growth, flows.places_sd, size, stream) + shock
    return np.maximum(start.places + _walk(steps), 0.0)


def _work(
    start: Start, flows: Flows, months: int, shape: tuple[int, ...], stream: np.random.Generator
) -> Floats:
    """Draw work, shape (months + 1, ...): a walk of its logarithm whose mean is start × (1 + growth)^m."""
    sd = np.asarray(flows.work_sd)
    steps = _normal(-(sd**2) / 2, sd, (months, *shape), stream)
    walk = _walk(steps)
    month = np.arange(months + 1).reshape(-1, *(1 for _ in shape))
    usual = start.work * (1 + np.asarray(flows.work_growth)) ** month
    return np.asarray(usual * np.exp(walk, out=walk))


def _walk(steps: Floats) -> Floats:
    """Add up steps by month, month 0 being nought."""
    walk = np.zeros((len(steps) + 1, *steps.shape[1:]))
    np.cumsum(steps, axis=0, out=walk[1:])
    return walk


def _normal(mean: Parameter, sd: Parameter, size: tuple[int, ...], stream: np.random.Generator) -> Floats:
    """Draw normal numbers, or give the mean where nothing varies."""
    if not np.any(sd):
        return np.broadcast_to(np.asarray(mean, dtype=float), size)
    drawn = stream.standard_normal(size)
    drawn *= sd
    drawn += mean
    return drawn


def _paths(start: Start, people: Journeys | None, **months_first: Floats) -> Paths:
    """Put the months behind the areas."""
    share = np.asarray(start.holder_share, dtype=float)
    return Paths(
        **{name: np.moveaxis(path, 0, -2) for name, path in months_first.items()},
        holder_share=share if share.ndim < 2 else share[:, None, :],
        journeys=people,
    )
