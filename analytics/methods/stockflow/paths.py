"""What a simulation gives: the path of each quantity in every draw, and the ratios made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.methods.stockflow.checks import Floats
from analytics.methods.stockflow.people import Journeys


@dataclass(frozen=True, kw_only=True, eq=False)
class Paths:
    """Paths of the shape (months + 1, draws) or (areas, months + 1, draws); month 0 is the start.

    `effective` is stock and cover less what those on a ramp fall short of, in FTE. `cohort_in_post`
    are people, all within the stock. `holder_share` broadcasts to the paths. `journeys` is None
    without a cohort. A ratio is missing where its denominator is 0.
    """

    stock: Floats
    cover: Floats
    places: Floats
    work: Floats
    effective: Floats
    cohort_in_post: Floats
    holder_share: Floats
    journeys: Journeys | None

    def at(self, month: int) -> Paths:
        """Give one month alone, its axis kept: ratios of every month take long where few are asked for."""
        names = ("stock", "cover", "places", "work", "effective", "cohort_in_post")
        return replace(self, **{name: getattr(self, name)[..., month : month + 1, :] for name in names})

    @property
    def vacancies(self) -> Floats:
        """Places that stock does not fill, FTE, 0 or more."""
        return np.maximum(self.places - self.stock, 0.0)

    @property
    def cover_share(self) -> Floats:
        """Cover over cover and stock."""
        return _ratio(self.cover, self.cover + self.stock)

    @property
    def vacancy_rate(self) -> Floats:
        """Vacancies over vacancies and stock."""
        return _ratio(self.vacancies, self.vacancies + self.stock)

    @property
    def load(self) -> Floats:
        """Work for each effective worker who holds any."""
        return _ratio(self.work, self.holder_share * self.effective)


def _ratio(above: Floats, below: Floats) -> Floats:
    """Divide, and give a missing value where that cannot be done."""
    return np.asarray(above / np.where(below > 0, below, np.nan))
