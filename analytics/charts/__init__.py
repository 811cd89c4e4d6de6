"""Charts and tables in house style: a table handed in, an exhibit given back."""

from analytics.charts.differences import plot_difference, plot_sensitivity
from analytics.charts.dots import plot_neighbours
from analytics.charts.forecast import plot_forecast
from analytics.charts.funnel import plot_funnel, tabulate_outliers
from analytics.charts.lines import plot_trend
from analytics.charts.position import tabulate_position
from analytics.charts.ranks import plot_shrunken
from analytics.charts.scatter import plot_changes, tabulate_association
from analytics.charts.tables import tabulate_evidence, tabulate_pipeline, tabulate_start

__all__ = [
    "plot_changes",
    "plot_difference",
    "plot_forecast",
    "plot_funnel",
    "plot_neighbours",
    "plot_sensitivity",
    "plot_shrunken",
    "plot_trend",
    "tabulate_association",
    "tabulate_evidence",
    "tabulate_outliers",
    "tabulate_pipeline",
    "tabulate_position",
    "tabulate_start",
]
