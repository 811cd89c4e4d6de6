"""The workforce after international recruitment: what agency share will be, and how far that can be told."""

from analytics.studies.workforce.study import MEASURES, QUESTION, Study, study

__all__ = ["MEASURES", "QUESTION", "Study", "study"]
