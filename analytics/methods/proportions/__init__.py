"""Proportions: intervals, differences, place among peers, funnels and shrinkage."""

from analytics.methods.proportions.funnel import Overdispersion, funnel_limits, overdispersion, zone
from analytics.methods.proportions.intervals import (
    Interval,
    byar,
    newcombe,
    newcombe_mean,
    newcombe_whole,
    wilson,
)
from analytics.methods.proportions.peers import Predictive, competition_rank, predictive
from analytics.methods.proportions.resampling import SEED, Average, bootstrap_difference, bootstrap_whole
from analytics.methods.proportions.shrinkage import (
    BetaBinomial,
    Shrunken,
    fit_beta_binomial,
    rank_interval,
    shrink,
)

__all__ = [
    "SEED",
    "Average",
    "BetaBinomial",
    "Interval",
    "Overdispersion",
    "Predictive",
    "Shrunken",
    "bootstrap_difference",
    "bootstrap_whole",
    "byar",
    "competition_rank",
    "fit_beta_binomial",
    "funnel_limits",
    "newcombe",
    "newcombe_mean",
    "newcombe_whole",
    "overdispersion",
    "predictive",
    "rank_interval",
    "shrink",
    "wilson",
    "zone",
]
