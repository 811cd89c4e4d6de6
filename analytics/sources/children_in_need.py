"""Children in need (Department for Education), years to 31 March: tables C1, B1 and D3."""

from __future__ import annotations

from analytics.sources.ees import Layout

_C1_COLUMNS = (
    "referral_count", "rereferral_count", "rereferral_percent", "no_further_action_count",
    "no_further_action_percent", "not_in_need_count", "not_in_need_percent", "referral_child_count",
    "rereferral_child_count", "rereferral_child_percent",
)  # fmt: skip

REFERRALS = Layout(
    pattern=r"c1_children_in_need_referrals_and_rereferrals_[0-9]{4}_to_[0-9]{4}\.csv",
    example="c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv",
    measures={column: column for column in _C1_COLUMNS},
    only={"category": "Referrals and Re-referrals"},
)

EPISODES = Layout(
    pattern=r"b1_children_in_need_[0-9]{4}_to_[0-9]{4}\.csv",
    example="b1_children_in_need_2013_to_2025.csv",
    measures={
        "Anypoint_episodes": "cin_any_point_episodes_count",
        "Anypoint_child": "cin_any_point_children_count",
        "Started_episodes": "cin_started_episodes_count",
        "Started_child": "cin_started_children_count",
        "Ended_episodes": "cin_ended_episodes_count",
        "Ended_child": "cin_ended_children_count",
        "At31_episodes": "cin_at_31_march_count",
        "awaiting_assessment": "cin_awaiting_assessment_count",
    },
    only={"category": "Children in Need"},
)

PLANS = Layout(
    pattern=r"d3_cpps_subsequent_plan_[0-9]{4}_to_[0-9]{4}\.csv",
    example="d3_cpps_subsequent_plan_2013_to_2025.csv",
    measures={
        "CPP_start": "plans_started_count",
        "CPP_subsequent": "repeat_plans_count",
        "CPP_subsequent_percent": "repeat_plans_percent",
    },
    only={"category": "Child Protection Plans which are a second or subsequent plan"},
)

LAYOUTS = (REFERRALS, EPISODES, PLANS)
