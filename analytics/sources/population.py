"""Mid-year population estimates (Office for National Statistics): children aged 0 to 17 at 30 June."""

from __future__ import annotations

from analytics.sources.ees import Layout

LAYOUTS = (
    Layout(
        pattern=r"ons_mid-year_population_estimates_[0-9]{4}_to_[0-9]{4}\.csv",
        example="ons_mid-year_population_estimates_2012_to_2024.csv",
        measures={"population_estimate": "population_0_17_count"},
        only={"age_group": "Children aged 0 to 17 years"},
    ),
)
