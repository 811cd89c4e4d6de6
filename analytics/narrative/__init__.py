"""A row of a table to a sentence: every number in prose is computed here from a study's tables."""

from analytics.narrative.common import (
    describe_position,
    describe_request,
    describe_sources,
    front_matter,
)

__all__ = [
    "describe_position",
    "describe_request",
    "describe_sources",
    "front_matter",
]
