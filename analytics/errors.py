"""The one error that a user may meet: what was wrong, where, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """Something given from outside cannot be used; the message says where and what to do."""


def closest(text: str, known: Iterable[str], most: int = 3) -> str:
    """Name the entries of `known` nearest to `text`, as words for an error message."""
    by_fold = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(text.casefold(), by_fold, n=most, cutoff=0.5)
    return "; ".join(by_fold[key] for key in near) or "no name comes close"
