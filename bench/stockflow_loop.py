"""A simulation of stocks and flows beside its random numbers alone, and beside a loop over draws.

All three are of one area of the same make: run as a program, this prints the ratios and shows that
the loop and the package agree. `tasks.py` can take the three functions as they are.
"""

from __future__ import annotations

import resource
import sys
from statistics import median
from time import perf_counter

import numpy as np
from scipy import special

from analytics.methods import stockflow as sf

MONTHS, DRAWS, LOOP_DRAWS = 36, 10_000, 200
HAZARD, CORRELATION, STARTERS, DISPERSION = 0.0145, 0.004, 1.6, 0.3
CLOSURE_SD, PLACES_SD, WORK_SD, COVER_SD = 0.6, 0.4, 0.015, 1.2
PLACES, STOCK, DRIFT = 0.35, 0.4, 0.05
START = {"stock": 100.0, "cover": 38.0, "places": 132.0, "work": 1900.0, "holder_share": 0.7}
STAGES = (  # Name, median and shape of the delay, alpha and beta of falling out.
    ("offer", 4.0, 2.0, 2.0, 10.0),
    ("registered", 2.0, 1.5, 1.0, 20.0),
    ("arrived", 1.0, 3.0, 0.5, 20.0),
)
GROUPS = (("in post", 7, 5.0), ("arrived", 4, 0.0), ("registered", 12, 2.0), ("offer", 15, 1.0))
COHORT_HAZARD, RAMP_LENGTH, RAMP_FIRST = 0.02, 12, 0.45
PEOPLE = sum(count for _, count, _ in GROUPS)


def vectorised(draws: int = DRAWS, seed: int = 1, *, with_cohort: bool = True) -> sf.Paths:
    """Simulate with the package."""
    cohort = sf.Cohort(
        stages=tuple(
            sf.Stage(name=name, median=median, shape=shape, fail_alpha=alpha, fail_beta=beta)
            for name, median, shape, alpha, beta in STAGES
        ),
        groups=tuple(sf.Group(count=count, stage=stage, waited=waited) for stage, count, waited in GROUPS),
        hazard=COHORT_HAZARD,
        ramp=sf.Ramp(length=RAMP_LENGTH, first=RAMP_FIRST),
    )
    flows = sf.Flows(
        hazard=HAZARD,
        hazard_correlation=CORRELATION,
        starters=STARTERS,
        starters_dispersion=DISPERSION,
        closure_sd=CLOSURE_SD,
        places_sd=PLACES_SD,
        work_sd=WORK_SD,
    )
    response = sf.Response(places=PLACES, stock=STOCK, drift=DRIFT, sd=COVER_SD)
    chosen = cohort if with_cohort else None
    return sf.simulate(sf.Start(**START), flows, response, MONTHS, cohort=chosen, draws=draws, seed=seed)


def same_random_numbers(draws: int = DRAWS, seed: int = 1, *, with_cohort: bool = True) -> object:
    """Draw with numpy as many numbers of each kind, and make nothing of them."""
    chance = np.random.default_rng(seed)
    size, people = (MONTHS, draws), (PEOPLE, draws)
    alpha = HAZARD * (1 - CORRELATION) / CORRELATION
    drawn = [
        chance.binomial(100, chance.beta(alpha, alpha * (1 - HAZARD) / HAZARD, size)),
        chance.random(size),
        chance.negative_binomial(1 / DISPERSION, 1 / (1 + DISPERSION * STARTERS), size),
        *(chance.standard_normal(size) for _ in range(4)),
    ]
    if with_cohort:
        waiting = [stage for stage, _, _ in GROUPS]
        for place, (_, _, shape, fail, passing) in enumerate(STAGES):
            passed = [name for name, *_ in STAGES[: place + 1]]
            count = sum(GROUPS[waiting.index(name)][1] for name in passed)
            drawn += [chance.beta(fail, passing, draws), chance.standard_gamma(shape, (count, draws))]
        drawn += [chance.random(people), chance.geometric(COHORT_HAZARD, people)]
    return drawn


def plain_loop(draws: int = LOOP_DRAWS, seed: int = 1) -> np.ndarray:
    """Simulate draw by draw and month by month: the last month's stock, cover, effective FTE and load."""
    chance = np.random.default_rng(seed)
    return np.array([_one_draw(chance) for _ in range(draws)])


def _one_draw(chance: np.random.Generator) -> tuple[float, float, float, float]:
    """Run one draw to its last month."""
    people = _people(chance)
    own, cover = START["stock"] - GROUPS[0][1], START["cover"]
    places, work = START["places"], START["work"]
    before = sum(arrival <= 0 for arrival, _ in people)
    alpha = HAZARD * (1 - CORRELATION) / CORRELATION
    for month in range(1, MONTHS + 1):
        hazard = chance.beta(alpha, alpha * (1 - HAZARD) / HAZARD)
        whole = int(own)
        left = chance.binomial(whole, hazard) + (own - whole) * (chance.random() < HAZARD)
        joined = chance.negative_binomial(1 / DISPERSION, 1 / (1 + DISPERSION * STARTERS))
        after = max(own - left + joined + chance.normal(0, CLOSURE_SD), 0)
        here = sum(arrival <= month < gone for arrival, gone in people)
        more_places = chance.normal(0, PLACES_SD)
        change = DRIFT + PLACES * more_places - STOCK * (after - own + here - before)
        cover = max(cover + change + chance.normal(0, COVER_SD), 0)
        places, own, before = places + more_places, after, here
        work *= np.exp(chance.normal(-(WORK_SD**2) / 2, WORK_SD))
    ages = [MONTHS - arrival for arrival, gone in people if arrival <= MONTHS < gone]
    short = sum(max(1 - age / RAMP_LENGTH, 0) * (1 - RAMP_FIRST) for age in ages)
    effective = own + before + cover - short
    return own + before, cover, effective, work / (START["holder_share"] * effective)


def _people(chance: np.random.Generator) -> list[tuple[float, float]]:
    """Give the months in which each person who ever arrives does, and leaves."""
    fails = [chance.beta(alpha, beta) for *_, alpha, beta in STAGES]
    names = [name for name, *_ in STAGES]
    people = []
    for stage, count, waited in GROUPS:
        for _ in range(count):
            arrival = -waited if stage == "in post" else 0.0
            for place in range(names.index(stage) if stage in names else len(names), len(names)):
                arrival += _delay(place, waited if names[place] == stage else 0.0, chance)
                if chance.random() < fails[place]:
                    arrival = np.inf
            if stage != "in post":
                arrival = max(np.ceil(arrival), 1)
            people.append((arrival, max(arrival, 0) + chance.geometric(COHORT_HAZARD)))
    return people


def _delay(place: int, waited: float, chance: np.random.Generator) -> float:
    """Draw a delay until one is longer than the wait, and give what is left of it."""
    _, middle, shape, _, _ = STAGES[place]
    scale = middle / special.gammaincinv(shape, 0.5)
    while (drawn := chance.gamma(shape, scale)) <= waited:
        pass
    return drawn - waited


def main() -> None:
    """Print ratios of medians, the peak of memory, and the means of loop and package."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    vectorised()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1e6 if sys.platform == "darwin" else 1e3
    print(f"peak {most / unit:.0f} MB, of which imports {peak / unit:.0f} MB")
    for with_cohort in (False, True):
        taken: dict[str, list[float]] = {"ours": [], "numbers": []}
        for _ in range(9):
            for name, call in (("ours", vectorised), ("numbers", same_random_numbers)):
                start = perf_counter()
                call(with_cohort=with_cohort)
                taken[name].append(perf_counter() - start)
        ours, numbers = (1000 * median(taken[name]) for name in ("ours", "numbers"))
        print(f"cohort {with_cohort}: {ours:.0f} ms / {numbers:.0f} ms = {ours / numbers:.2f}")
    start = perf_counter()
    loop = plain_loop()
    each = 1000 * (perf_counter() - start) / LOOP_DRAWS
    print(f"loop {each:.2f} ms a draw; ours {ours / DRAWS:.4f}: {each * DRAWS / ours:.0f} times as long")
    paths = vectorised()
    for place, name in enumerate(("stock", "cover", "effective", "load")):
        last, looped = getattr(paths, name)[-1], loop[:, place]
        error = looped.std() / LOOP_DRAWS**0.5
        print(f"{name}: {last.mean():.2f}, sd {last.std():.2f}", end="; ")
        print(f"loop {looped.mean():.2f} ± {error:.2f}, sd {looped.std():.2f}")


if __name__ == "__main__":
    main()
