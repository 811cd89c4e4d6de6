"""Sentences on caseloads and agency use: what can be told, what cannot, and no word of a cause."""

import dataclasses
import re

import pandas as pd
import pytest

from analytics.narrative import caseloads as sentences
from analytics.studies import caseloads


@pytest.fixture(scope="module")
def bury(figures):
    return caseloads.study(figures, "Bury", 2025)


def changed(table, where, **values):
    table = table.copy()
    for name, value in values.items():
        table.loc[where, name] = value
    return table


def test_the_first_message_answers_for_this_authority(bury):
    own = bury.slopes.query("kind == 'area'").iloc[0]
    first = sentences.key_messages(bury).sentences[0]
    assert first.startswith(
        "In Bury, years with an agency rate 10 percentage points higher went with a caseload "
    )
    assert f"{abs(own['slope']):.2f} cases lower" in first
    assert first.endswith("neither can be told from none.")


@pytest.mark.parametrize(
    ("own", "headline", "ends"),
    [
        ((0.5, 0.1, 0.9), (0.4, 0.2, 0.6), "0.40 cases higher (95% interval: 0.20 to 0.60 higher)."),
        (
            (0.5, 0.1, 0.9), (0.1, -0.2, 0.4),
            "0.10 cases higher (95% interval: 0.20 lower to 0.40 higher), which cannot be told from none.",
        ),
        ((-0.1, -0.4, 0.2), (-0.1, -0.3, 0.1), "neither can be told from none."),
    ],
)  # fmt: skip
def test_an_answer_is_claimed_only_beyond_its_interval(bury, own, headline, ends):
    names = ["lower", "upper"]
    mine, first = bury.slopes["kind"] == "area", bury.estimates["key"] == "within"
    slopes = changed(bury.slopes, mine, **dict(zip(["slope", *names], own, strict=True)))
    estimates = changed(bury.estimates, first, **dict(zip(["estimate", *names], headline, strict=True)))
    study = dataclasses.replace(bury, slopes=slopes, estimates=estimates)
    assert sentences.answer_sentence(study).endswith(ends)


def test_an_authority_without_years_of_its_own_has_englands_answer(figures):
    text = sentences.answer_sentence(caseloads.study(figures, "Isles of Scilly", 2025))
    assert text.startswith(
        "Isles of Scilly's own figures are too few or too small to answer from; across England, comparing "
        "each authority with itself over the years, caseload in years with an agency rate 10 percentage "
        "points higher was "
    )
    assert "cannot be told yet" in sentences.answer_sentence(caseloads.study(figures, "Bury", 2017))


def test_what_happened_to_burys_caseload_and_by_which_part(bury):
    assert sentences.span_sentence(bury) == (
        "Between 2017 and 2025 Bury's caseload fell from 20.5 to 14.9 cases. Most of that is a larger "
        "workforce. The parts: cases held 1,320 to 1,515 (+2.4 cases); workforce 125.8 to 198.1 FTE (−8.0 "
        "cases); share of it holding cases 51.3% to 51.5% (−0.1 cases)."
    )


@pytest.mark.parametrize(
    ("after", "before", "said"),
    [
        ((0.3, 0.1, 0.5), (0.2, -0.1, 0.5), "Agency share went before caseload, and not the other way round"),
        ((0.3, -0.1, 0.5), (0.2, 0.1, 0.5), "Caseload went before agency share, and not the other way round"),
        ((0.3, 0.1, 0.5), (-0.2, -0.5, -0.1), "Each went before the other"),
        ((0.3, -0.1, 0.5), (0.2, -0.1, 0.5), "Neither can be seen to come first"),
    ],
)
def test_which_comes_first_is_said_only_where_it_can_be_told(bury, after, before, said):
    names = ["estimate", "lower", "upper"]
    table = bury.timing
    one = (table["outcome"] == "caseload") & (table["offset"] == -1)
    table = changed(table, one, **dict(zip(names, after, strict=True)))
    table = changed(table, table["outcome"] == "agency rate", **dict(zip(names, before, strict=True)))
    assert sentences.timing_sentence(dataclasses.replace(bury, timing=table)).startswith(said)


def test_the_interval_is_said_as_what_it_leaves_out(bury):
    row = bury.estimates.iloc[0]
    most = max(abs(row["lower"]), abs(row["upper"]))
    said = str(sentences.describe_estimates(bury))
    assert f"leaves out any link stronger than {most:.2f} cases either way" in said
    others = bury.estimates[~bury.estimates["key"].isin(["within", "log", "leave_one_out"])]
    told = (others["lower"] > 0) | (others["upper"] < 0)
    assert f"Of the {len(others)} other models {told.sum()} can be told from none" in said


def test_placebos_are_counted_apart(bury):
    rows = bury.outcomes
    told = (rows["lower"] > 0) | (rows["upper"] < 0)
    said = str(sentences.describe_outcomes(bury))
    assert (
        f"Of {len(rows)} estimates {told.sum()} can be told from none, {(told & rows['placebo']).sum()} of"
        in said
    )
    assert "by chance alone about one in twenty would" in said
    first = pd.DataFrame(rows.query("offset == 1 and model == 'unweighted'")).iloc[0]
    assert (
        f"At offset 1 the re-referral rate in years of 10 points more agency was {first['estimate']:.2f}"
        in said
    )


CAUSAL = re.compile(
    r"\b(caus(?:e|es|ed|ing)|effects?|affect(?:s|ed)?|impact(?:s|ed)?|driv(?:e|es|en|ing)|leads? to|led to|"
    r"results? in|resulted in|due to|thanks to|brings? about|reduces|increases)\b"
)


@pytest.mark.parametrize("area", ["Bury", "Kent", "Isles of Scilly", "Cumberland"])
def test_no_sentence_speaks_of_a_cause(figures, area):
    study = caseloads.study(figures, area, 2025)
    for name in dir(sentences):
        if name.startswith("describe_") or name == "key_messages":
            assert not CAUSAL.search(str(getattr(sentences, name)(study))), name


def test_one_is_not_said_in_the_plural(bury, figures):
    rows = bury.outcomes.assign(lower=-1.0, upper=1.0)
    one = rows.index == rows.index[rows["placebo"]][0]
    said = str(sentences.describe_outcomes(dataclasses.replace(bury, outcomes=changed(rows, one, lower=0.1))))
    assert "1 can be told from none, 1 of them a placebo; by chance" in said
    slopes = changed(bury.slopes, bury.slopes["kind"] == "area", years=1)
    assert "Bury's, from 1 year, is " in str(
        sentences.describe_slopes(dataclasses.replace(bury, slopes=slopes))
    )


def test_why_figures_are_to_be_looked_at_twice_is_one_list(figures):
    study = caseloads.study(figures, "Kensington and Chelsea", 2025)
    assert str(sentences.describe_quality(study)).endswith(
        "ask to be looked at twice: hours of agency workers are missing, not every figure was published (not "
        "available) and not every figure was published (low reliability). The estimate with agency rate by "
        "headcount, above, is not touched by missing hours."
    )
    other = str(sentences.describe_quality(caseloads.study(figures, "Birmingham", 2024)))
    assert other.endswith("not every figure was published (low reliability).")


def test_parts_that_are_not_there_are_not_explained(bury, figures):
    said = str(sentences.describe_decomposition(caseloads.study(figures, "Suffolk", 2018)))
    assert said == "Suffolk has too few years to say how its caseload has moved."
    assert "three parts add up" in str(sentences.describe_decomposition(bury))


def test_one_year_of_its_own_is_no_answer(figures):
    study = caseloads.study(figures, "Suffolk", 2018)
    own = study.slopes[study.slopes["kind"] == "area"]
    assert own["years"].tolist() == [1]
    assert sentences.answer_sentence(study).startswith(
        "Suffolk's own figures are too few or too small to answer"
    )
