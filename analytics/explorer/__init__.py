"""The panel that `analytics.explore()` opens: a choice, its figures, its chart, its code and its file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.errors import InputError, closest
from analytics.explorer.chosen import Choice, choose, settle
from analytics.explorer.code import code_of
from analytics.figures import Figures

if TYPE_CHECKING:
    from analytics.explorer.panel import Panel

__all__ = ["Choice", "choose", "code_of", "open_panel", "settle"]


def open_panel(figures: Figures, folder: Path | str | None = None, **start: Any) -> Panel:
    """Open the panel on what `start` says, which are fields of `Choice`.

    Args:
        figures: the processed tables.
        folder: where files are saved, else the folder that the notebook runs in.
        start: fields of `Choice`; lists will do for tuples.

    Raises:
        InputError: there is no such field, or the measure or the model is not known.
    """
    # Imported when a panel is wanted: figures can be chosen without widgets.
    from analytics.explorer.panel import Panel

    known = [each.name for each in fields(Choice)]
    for name in start:
        if name not in known:
            raise InputError(
                f"explore({name}=...): a panel cannot be told that. Nearest: {closest(name, known)}. "
                f"Choose of: {', '.join([*known, 'folder'])}."
            )
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in start.items()
    }
    return Panel(figures, Choice(**given), Path(folder) if folder is not None else Path.cwd())
