"""Children's social work workforce (Department for Education): stocks, flows and rates at 30 September."""

from __future__ import annotations

from analytics.sources.ees import Layout

# The publication's own names of its columns are this project's names too.
_COLUMNS = (
    "inpost_fte", "inpost_headcount", "starters_fte", "starters_headcount",
    "leavers_fte", "leavers_headcount", "turnover_rate_fte", "turnover_rate_headcount",
    "agency_fte", "agency_headcount", "agency_rate_fte", "agency_rate_headcount",
    "agency_cover_fte", "agency_cover_rate_fte",
    "vacancy_fte", "vacancy_rate_fte", "vacancy_agency_cover_rate_fte",
    "case_holders_fte", "cases", "caseload_fte",
    "working_days_lost_fte", "absence_rate_fte",
)  # fmt: skip

LAYOUTS = (
    Layout(
        pattern=r"csww_indicators_[0-9]{4}_to_[0-9]{4}\.csv",
        example="csww_indicators_2017_to_2025.csv",
        measures={column: column for column in _COLUMNS},
        joint_returns=True,
        keep_earlier=True,
        # More agency workers were returned as covering vacancies than there were, or than there were
        # vacancies. The 2023 release gives the rate as it comes out; later ones put `u` in its place.
        over_100={"agency_cover_rate_fte": 2023, "vacancy_agency_cover_rate_fte": 2023},
    ),
)
