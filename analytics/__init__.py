"""Analytics for children's services: published figures, studies and board papers.

`load()` gives the figures, `explore()` a panel to look at them in; the studies are in `analytics.studies`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.explorer.panel import Panel
    from analytics.figures import Figures

__version__ = "0.1.0"

__all__ = ["explore", "load"]


def load(folder: Path | None = None) -> Figures:
    """Load the processed tables; `folder` defaults to the repository's `data/processed`.

    While the files stay the same, so does the object, and what studies have fitted on it is kept.

    Raises:
        InputError: the tables are not there or cannot be read.
    """
    # Imported here so that `import analytics` and the command line's help stay quick.
    from analytics.figures import load_figures

    return load_figures(folder)


def explore(figures: Figures | None = None, **start: Any) -> Panel:
    """Open a panel in a notebook: one measure of one area, beside its neighbours, region and England.

    `start` says what it opens on: `area`, `measure`, `first` and `last` (years), `comparators` (of
    `neighbours`, `region`, `england`), `others` (names of authorities), `model` ("2021" or "2025"); and
    `folder`, where "Save as CSV" writes, else the notebook's own.

    Raises:
        InputError: the tables cannot be read, or `start` names something that is not known.
    """
    from analytics.explorer import open_panel

    return open_panel(load() if figures is None else figures, **start)
