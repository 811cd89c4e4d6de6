"""Charts and tables in house style: a table handed in, an exhibit given back."""

from analytics.charts.dots import plot_neighbours
from analytics.charts.forecast import plot_forecast
from analytics.charts.lines import plot_trend
from analytics.charts.scatter import plot_changes, tabulate_association
from analytics.charts.tables import (
    tabulate_difference,
    tabulate_pipeline,
    tabulate_position,
    tabulate_start,
)

__all__ = [
    "plot_changes",
    "plot_forecast",
    "plot_neighbours",
    "plot_trend",
    "tabulate_association",
    "tabulate_difference",
    "tabulate_pipeline",
    "tabulate_position",
    "tabulate_start",
]
