"""How often 95% intervals of a panel's slope hold the slope that the panel was simulated with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from analytics.methods.panel import Slope, between, cluster_bootstrap, random_slopes, within

PANELS, UNITS, TIMES = 500, 150, 8
SLOPE, SPREAD, PERSISTENCE = 0.8, 0.4, 0.6
KEYS = ("unit", "time", "x", "y")

MODELS: dict[str, Callable[[pd.DataFrame], Slope]] = {
    "within, clustered by unit": lambda panel: within(panel, *KEYS),
    "within, units drawn again": lambda panel: cluster_bootstrap(panel, *KEYS, seed=1),
    "between, HC3": lambda panel: between(panel, *KEYS),
    "random slopes, mean": lambda panel: random_slopes(panel, *KEYS).mean,
}


def persistent(chance: np.random.Generator) -> np.ndarray:
    """Draw a series for each unit, shape (UNITS, TIMES), each value leaning on the one before."""
    series = chance.normal(size=(UNITS, TIMES))
    for time in range(1, TIMES):
        series[:, time] = PERSISTENCE * series[:, time - 1] + np.sqrt(1 - PERSISTENCE**2) * series[:, time]
    return series


def simulated(seed: int) -> pd.DataFrame:
    """Draw a panel, a tenth of it missing, whose units differ in level, slope and scatter.

    What units differ in has nothing to do with their x, so that every model is after the same slope.
    """
    chance = np.random.default_rng(seed)
    level, slope, scatter = chance.normal(size=(3, UNITS, 1))
    x = chance.normal(size=(UNITS, 1)) + persistent(chance)
    y = 17 + level + (SLOPE + SPREAD * slope) * x + chance.normal(size=TIMES)
    y += np.exp(scatter / 3) * persistent(chance)
    unit, time = np.indices((UNITS, TIMES))
    panel = pd.DataFrame({"unit": unit.ravel(), "time": time.ravel(), "x": x.ravel(), "y": y.ravel()})
    return panel[chance.uniform(size=len(panel)) > 0.1]


def main() -> None:
    """Print the coverage of each model's intervals, in percent, and 1.96 times its standard error."""
    panels = [simulated(seed) for seed in range(PANELS)]
    for name, model in MODELS.items():
        slopes = [model(panel) for panel in panels]
        covered = np.mean([slope.lower < SLOPE < slope.upper for slope in slopes])
        error = 1.96 * np.sqrt(covered * (1 - covered) / PANELS)
        print(f"{name:28} {100 * covered:5.1f} ± {100 * error:.1f}")


if __name__ == "__main__":
    main()
