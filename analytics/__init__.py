"""Analytics for children's services: published figures, studies and board papers.

`load()` gives the figures; the studies are in `analytics.studies`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.figures import Figures

__version__ = "0.1.0"

__all__ = ["load"]


def load(folder: Path | None = None) -> Figures:
    """Load the processed tables; `folder` defaults to the repository's `data/processed`.

    While the files stay the same, so does the object, and what studies have fitted on it is kept.

    Raises:
        InputError: the tables are not there or cannot be read.
    """
    # Imported here so that `import analytics` and the command line's help stay quick.
    from analytics.figures import load_figures

    return load_figures(folder)
