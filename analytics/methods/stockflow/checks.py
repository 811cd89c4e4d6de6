"""What a parameter may be, and the refusal of one that is not."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Parameter = float | Floats
"""A number, or an array that broadcasts to the shape (draws,) or (areas, draws)."""


def check(owner: object, low: float, high: float, *names: str, missing: bool = False) -> None:
    """Refuse fields of `owner` that are not within `low` and `high`, or missing where that is not allowed.

    Raises:
        ValueError: it names the field, the first value refused and what was expected.
    """
    for name in names:
        values = np.atleast_1d(np.asarray(getattr(owner, name), dtype=float))
        good = (values >= low) & (values <= high) & np.isfinite(values)
        wrong = values[~(good | np.isnan(values)) if missing else ~good]
        if wrong.size:
            raise ValueError(
                f"{type(owner).__name__}.{name} has {wrong[0]:g}: it must be {_span(low, high)}"
                f"{' or missing' if missing else ''}"
            )


def _span(low: float, high: float) -> str:
    """Say in words which numbers are allowed."""
    if np.isinf(low) and np.isinf(high):
        return "a number"
    return f"{low:g} or more" if np.isinf(high) else f"between {low:g} and {high:g}"


def common_shape(draws: int, *owners: object) -> tuple[int, ...]:
    """Give the shape that the fields of all owners broadcast to, (draws,) or (areas, draws).

    Raises:
        ValueError: it names the field whose shape does not fit.
    """
    shape: tuple[int, ...] = (draws,)
    for owner in owners:
        for field in fields(owner):  # type: ignore[arg-type]  # every owner is a dataclass
            value = getattr(owner, field.name)
            if isinstance(value, (int, float, np.ndarray)):
                shape = _widen(shape, f"{type(owner).__name__}.{field.name}", np.shape(value))
    return shape


def _widen(shape: tuple[int, ...], name: str, other: tuple[int, ...]) -> tuple[int, ...]:
    """Broadcast one more shape, which may add or fill the axis of areas and no other."""
    draws = shape[-1]
    try:
        wider = np.broadcast_shapes(shape, other)
    except ValueError:
        wider = ()
    if len(wider) not in (1, 2) or wider[-1] != draws:
        raise ValueError(
            f"{name} has the shape {other}: it must broadcast to ({draws},) or (areas, {draws}); "
            "values by area have the shape (areas, 1)"
        )
    return wider
