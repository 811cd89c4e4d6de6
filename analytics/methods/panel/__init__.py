"""Panels: what goes with one unit more of x, for many units over several times."""

from analytics.methods.panel.changes import first_differences, slope_of_changes
from analytics.methods.panel.influence import cluster_bootstrap, leave_one_out
from analytics.methods.panel.mixed import RandomSlopes, mundlak, random_slopes
from analytics.methods.panel.outliers import robust, trimmed
from analytics.methods.panel.rows import within_transform
from analytics.methods.panel.slope import Slope
from analytics.methods.panel.slopes import between, lead_or_lag, spread, within

__all__ = [
    "RandomSlopes",
    "Slope",
    "between",
    "cluster_bootstrap",
    "first_differences",
    "lead_or_lag",
    "leave_one_out",
    "mundlak",
    "random_slopes",
    "robust",
    "slope_of_changes",
    "spread",
    "trimmed",
    "within",
    "within_transform",
]
