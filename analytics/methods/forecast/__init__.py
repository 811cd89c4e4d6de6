"""Forecasts of many short series at once, each from what all of them did before."""

from analytics.methods.forecast.cases import FOLDS, cases
from analytics.methods.forecast.centres import MODELS, centres, out_of_fold
from analytics.methods.forecast.combine import Combined, combine, forecast_of, forecasts_of
from analytics.methods.forecast.spread import LEVELS, pooled_spread, scaled_spread

__all__ = [
    "FOLDS",
    "LEVELS",
    "MODELS",
    "Combined",
    "cases",
    "centres",
    "combine",
    "forecast_of",
    "forecasts_of",
    "out_of_fold",
    "pooled_spread",
    "scaled_spread",
]
