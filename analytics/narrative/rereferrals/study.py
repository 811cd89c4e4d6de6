"""What the sentences need of the study that sets a rate against similar authorities."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from analytics.measures import Comparison
from analytics.narrative.common import Headed

CHANCE = "chance alone could give the difference"
NO_COMPARISON = "no comparison"
IN_WORDS = {
    "in line": "in line",
    "unusual": "not in line",
    CHANCE: "no further away than chance alone could put it",
    "higher by more than chance": "higher by more than chance",
    "lower by more than chance": "lower by more than chance",
}


def answered(verdict: str) -> str:
    """Say a verdict as the end of a sentence.

    >>> answered("in line; higher by more than chance")
    'in line and higher by more than chance'
    """
    return " and ".join(IN_WORDS[part] for part in verdict.split("; "))


class Rereferrals(Headed, Protocol):
    """What these sentences need of the study."""

    subject: Comparison
    headline: str
    trend: pd.DataFrame
    difference: pd.DataFrame
    sensitivity: pd.DataFrame
    outliers: pd.DataFrame
    funnel: pd.DataFrame
    shrunken: pd.DataFrame
    front_door: pd.DataFrame
    evidence: pd.DataFrame
