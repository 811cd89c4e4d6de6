"""Charts and tables in house style: a table handed in, an exhibit given back."""

from analytics.charts.assumptions import tabulate_assumptions
from analytics.charts.backtest import plot_backtest, tabulate_origins, tabulate_residual_check
from analytics.charts.claim import tabulate_claim, tabulate_contradictions
from analytics.charts.decomposition import plot_decomposition
from analytics.charts.differences import plot_difference, plot_sensitivity
from analytics.charts.dots import plot_neighbours
from analytics.charts.estimates import plot_estimates, plot_parts
from analytics.charts.explored import plot_explored
from analytics.charts.fan import plot_fan
from analytics.charts.funnel import plot_funnel, tabulate_outliers
from analytics.charts.lines import plot_trend
from analytics.charts.outcomes import plot_outcomes
from analytics.charts.position import tabulate_position
from analytics.charts.quality import tabulate_quality
from analytics.charts.ranks import plot_shrunken
from analytics.charts.response import plot_response
from analytics.charts.scatter import plot_scatter
from analytics.charts.scenarios import plot_scenarios
from analytics.charts.slopes import plot_slopes
from analytics.charts.tables import tabulate_evidence, tabulate_pipeline, tabulate_start
from analytics.charts.target import plot_target, tabulate_base_rate
from analytics.charts.timing import plot_timing

__all__ = [
    "plot_backtest",
    "plot_decomposition",
    "plot_difference",
    "plot_estimates",
    "plot_explored",
    "plot_fan",
    "plot_funnel",
    "plot_neighbours",
    "plot_outcomes",
    "plot_parts",
    "plot_response",
    "plot_scatter",
    "plot_scenarios",
    "plot_sensitivity",
    "plot_shrunken",
    "plot_slopes",
    "plot_target",
    "plot_timing",
    "plot_trend",
    "tabulate_assumptions",
    "tabulate_base_rate",
    "tabulate_claim",
    "tabulate_contradictions",
    "tabulate_evidence",
    "tabulate_origins",
    "tabulate_outliers",
    "tabulate_pipeline",
    "tabulate_position",
    "tabulate_quality",
    "tabulate_residual_check",
    "tabulate_start",
]
