"""Stocks and flows: workers, cover and work month by month, with a cohort on its way."""

from analytics.methods.stockflow.checks import Parameter
from analytics.methods.stockflow.cohort import IN_POST, Cohort, Group, Stage
from analytics.methods.stockflow.counts import beta_binomial_quantile, negative_binomial_quantile
from analytics.methods.stockflow.parameters import Conversions, Flows, Response, Shocks, Start, monthly_hazard
from analytics.methods.stockflow.paths import Paths
from analytics.methods.stockflow.people import Journeys, journeys, residual_delay
from analytics.methods.stockflow.productivity import Ramp, ramp
from analytics.methods.stockflow.simulation import simulate

__all__ = [
    "IN_POST",
    "Cohort",
    "Conversions",
    "Flows",
    "Group",
    "Journeys",
    "Parameter",
    "Paths",
    "Ramp",
    "Response",
    "Shocks",
    "Stage",
    "Start",
    "beta_binomial_quantile",
    "journeys",
    "monthly_hazard",
    "negative_binomial_quantile",
    "ramp",
    "residual_delay",
    "simulate",
]
