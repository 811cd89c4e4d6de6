"""Sentences on the workforce: the outlook with its range, the record as it is, and no cause."""

import dataclasses
import re

import pandas as pd
import pytest

from analytics.narrative import common
from analytics.narrative import workforce as sentences
from analytics.studies import workforce


@pytest.fixture(scope="module")
def then(figures):
    return workforce.study(figures, "Bury", start="2023-12-31", draws=500)


@pytest.fixture(scope="module")
def now(figures):
    return workforce.study(figures, "Bury", draws=500)


def text_of(passage):
    return " ".join(passage.sentences)


def test_the_outlook_is_the_middle_and_nine_in_ten_of_the_last_month(then):
    row = then.projection.query("measure == 'agency_rate_fte'").iloc[-1]
    assert sentences.outlook_sentence(then, "agency_rate_fte") == (
        f"By 31 December 2025 the agency rate is as likely to be below {row['p50']:.1f}% as above it; nine "
        f"outcomes in ten lie between {row['p5']:.1f}% and {row['p95']:.1f}%."
    )


def test_what_was_published_since_is_held_against_the_range_foreseen(then):
    said = text_of(sentences.key_messages(then))
    # Bury's agency rates of 2024 and 2025, as published.
    assert re.search(r"Published since: 31\.5% on 30 September 2024, inside the range of [\d.]+% to", said)
    assert re.search(r"and 24\.2% on 30 September 2025, inside the range of", said)
    rows = then.projection.copy()
    rows.loc[rows["outturn"].eq(31.5), "p95"] = 31.4
    outside = dataclasses.replace(then, projection=rows)
    assert "31.5% on 30 September 2024, outside the range" in text_of(sentences.key_messages(outside))


def test_nothing_is_said_of_what_is_not_yet_published(now):
    assert "Published since" not in text_of(sentences.key_messages(now))


def test_the_target_is_told_with_where_it_is_from_and_what_it_takes(then):
    rows = then.target.set_index("month")
    said = sentences.target_sentence(then)
    assert said.startswith(
        "The probability of an agency rate of 19.5% or less (expected by the council's own paper) is "
        f"{100 * rows.at[12, 'probability']:.0f}% by 31 December 2024 and "
        f"{100 * rows.at[24, 'probability']:.0f}% by 31 December 2025."
    )
    assert f"would take {rows.at[24, 'starters_needed']:.1f} permanent FTE in post more than foreseen" in said


def test_a_target_that_is_met_takes_nothing(then):
    met = dataclasses.replace(then, target=then.target.assign(starters_needed=0.0, probability=1.0))
    said = sentences.target_sentence(met)
    assert "would take" not in said
    assert "is over 99% by" in said


def test_a_horizon_of_half_a_year_tells_of_its_end(figures):
    study = workforce.study(figures, "Leeds", horizon=6, draws=200)
    assert sentences.target_sentence(study).split(" is ")[1].endswith("by 31 March 2026.") or (
        "by 31 March 2026" in sentences.target_sentence(study)
    )


@pytest.mark.parametrize(
    ("upper", "said"),
    [(0.9, "not the one for one that such plans take for granted"),
     (1.1, "which cannot be told from one for one")],
)  # fmt: skip
def test_one_for_one_is_denied_only_beyond_the_interval(then, upper, said):
    rows = then.response.copy()
    rows.loc[0, ["estimate", "lower", "upper"]] = [0.5, 0.1, upper]
    told = sentences.response_sentence(dataclasses.replace(then, response=rows))
    assert said in told
    assert f"0.50 fewer agency FTE (95% interval 0.10 to {upper:.2f})" in told


def test_the_readings_that_give_the_claim_are_counted(then):
    gives = int(then.claim["reproduces"].sum())
    # Five readings of the base by 14, 16 or 23 joiners; none leave, as estimated, or one for one.
    assert (
        "The council's paper expected 19.5%: with 15 ways to read its figures and 3 ways for agency use to "
        f"answer, {gives} give that share."
    ) in text_of(sentences.describe_claim(then))


def test_the_record_says_better_or_worse_as_scored(now):
    row = now.backtest.query("ours and measure == 'agency_rate_fte' and horizon == 1").iloc[0]
    said = text_of(sentences.describe_backtest(now))
    assert f"one year ahead {abs(row['difference']):.2f} better" in said
    assert f"{row['coverage_80']:.1f}% of outcomes inside its 80% range" in said
    worse = now.backtest.assign(difference=abs(now.backtest["difference"]))
    told = text_of(sentences.describe_backtest(dataclasses.replace(now, backtest=worse)))
    assert f"one year ahead {abs(row['difference']):.2f} worse" in told


def test_the_start_furthest_out_is_named_with_its_side(now):
    rows = now.backtest_origins.query("ours and measure == 'agency_rate_fte' and horizon == 1")
    worst = rows.loc[rows["bias"].abs().idxmax()]
    side = "too high" if worst["bias"] > 0 else "too low"
    said = f"from {worst['origin']}: {abs(worst['bias']):.1f} percentage points {side} a year later"
    assert said in text_of(sentences.describe_backtest(now))


def test_the_best_plain_model_is_named_even_where_it_beats_ours(now):
    rows = now.rivals.copy()
    columns = ["title", "crps", "ours", "difference", "lower", "upper"]
    rows.loc[0, columns] = ["Some model", 3.0, 3.25, 0.25, 0.1, 0.4]
    said = text_of(sentences.describe_backtest(dataclasses.replace(now, rivals=rows)))
    assert "the best plain model was “some model”, at 3.00; ours, at 3.25, was worse." in said


def test_the_rate_is_told_with_its_parts(now):
    # Agency and in post FTE of Bury in 2025, as published.
    first = sentences.key_messages(now).sentences[0]
    assert "That is 48.0 FTE of agency workers beside 150.1 FTE in post." in first


def test_figures_that_cannot_both_be_so_are_told_with_their_arithmetic(then, figures):
    said = text_of(sentences.describe_contradictions(then))
    assert "38 of 114.5 = 33.2%" in said
    assert "3 of 20 = 15.0%; 3 of 25 = 12.0%" in said
    against = then.contradictions["verdict"].str.startswith("cannot").sum()
    assert f"{against} cannot both be so" in said
    without = workforce.study(figures, "Leeds", draws=200)
    assert "No council figures about the workforce are held" in text_of(
        sentences.describe_contradictions(without)
    )
    assert "That does not mean that there are none." in text_of(sentences.describe_pipeline(without))


def test_recruits_of_an_old_paper_are_not_carried_forward(now, then):
    said = text_of(sentences.describe_pipeline(now))
    assert "is too old to be carried forward: none are projected" in said
    assert "Children's Services Improvement Plan" in said
    assert "too old" not in text_of(sentences.describe_pipeline(then))
    assert not now.scenarios["scenario"].eq("none").any()


def test_an_area_without_agency_figures_is_told_what_cannot_be_done(figures):
    study = workforce.study(figures, "Kensington and Chelsea", draws=200)
    said = text_of(sentences.key_messages(study))
    assert "No projection can be made for Kensington and Chelsea from 30 September 2025" in said
    assert "no agency figure, posts or forecast" in said
    assert "Tested on every authority" in said


def test_a_start_without_a_record_says_so(figures):
    study = workforce.study(figures, "Leeds", 2019, draws=200)
    assert "There is no record of such forecasts yet" in text_of(sentences.key_messages(study))
    assert "cannot be checked yet" in text_of(sentences.describe_residual_check(study))


CAUSAL = re.compile(
    r"\b(because of|caus\w+|effects?|affect\w*|impact\w*|le(?:a|)ds? to|led to|driv(?:es?|en|ing)|due to|"
    r"reduc\w+|results? in|thanks to|owing to)\b",
    re.IGNORECASE,
)


def test_no_sentence_speaks_of_a_cause_or_prints_a_missing_number(then, now):
    own = [
        getattr(sentences, name) for name in dir(sentences) if name.startswith(("describe_", "key_messages"))
    ]
    assert len(own) >= 10
    for study in (then, now):
        for passage in [*own, common.describe_position]:
            said = text_of(passage(study))
            assert not CAUSAL.search(said), said
            assert not re.search(r"\bnan\b|\binf\b|\bNone\b", said), said


def test_the_subtitle_names_the_day_and_the_figures(then, now):
    assert then.subtitle == "Bury, projected from 31 December 2023 on figures of 30 September 2023"
    assert now.subtitle == "Bury, projected from 30 September 2025"
    assert isinstance(then.past, pd.DataFrame)


def test_one_time_is_not_said_in_the_plural(then):
    rows = then.base_rate.assign(n=1, reached=1)
    said = text_of(sentences.describe_target(dataclasses.replace(then, base_rate=rows)))
    assert "1 of 1 time in one year" in said


def test_a_scenario_that_cannot_be_told_from_none_is_not_said_to_move_the_share(then):
    for upper, ends in (
        (0.0, "than as planned, which cannot be told from none."),
        (-0.1, "than as planned."),
    ):
        rows = then.scenarios.copy()
        last = (rows["measure"] == "agency_rate_fte") & (rows["month"] == rows["month"].max())
        one = rows.index[last][-1]
        rows.loc[one, ["effect", "effect_lower", "effect_upper"]] = [-30.0, -40.0, upper]
        said = sentences.describe_scenarios(dataclasses.replace(then, scenarios=rows)).sentences[0]
        assert "30.0 percentage points lower" in said
        assert said.endswith(ends)
