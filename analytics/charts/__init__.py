"""Charts and tables in house style: a table handed in, an exhibit given back."""

from analytics.charts.decomposition import plot_decomposition
from analytics.charts.differences import plot_difference, plot_sensitivity
from analytics.charts.dots import plot_neighbours
from analytics.charts.estimates import plot_estimates, plot_parts
from analytics.charts.forecast import plot_forecast
from analytics.charts.funnel import plot_funnel, tabulate_outliers
from analytics.charts.lines import plot_trend
from analytics.charts.outcomes import plot_outcomes
from analytics.charts.position import tabulate_position
from analytics.charts.quality import tabulate_quality
from analytics.charts.ranks import plot_shrunken
from analytics.charts.scatter import plot_changes, plot_scatter, tabulate_association
from analytics.charts.slopes import plot_slopes
from analytics.charts.tables import tabulate_evidence, tabulate_pipeline, tabulate_start
from analytics.charts.timing import plot_timing

__all__ = [
    "plot_changes",
    "plot_decomposition",
    "plot_difference",
    "plot_estimates",
    "plot_forecast",
    "plot_funnel",
    "plot_neighbours",
    "plot_outcomes",
    "plot_parts",
    "plot_scatter",
    "plot_sensitivity",
    "plot_shrunken",
    "plot_slopes",
    "plot_timing",
    "plot_trend",
    "tabulate_association",
    "tabulate_evidence",
    "tabulate_outliers",
    "tabulate_pipeline",
    "tabulate_position",
    "tabulate_quality",
    "tabulate_start",
]
