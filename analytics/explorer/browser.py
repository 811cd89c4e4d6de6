"""What ipywidgets lacks: sentences that a screen reader hears change, and code that can be copied."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent


class Said(anywidget.AnyWidget):
    """Sentences, read out politely when they change; `wrong` marks what a person has to put right."""

    _esm = HERE / "said.js"
    _css = HERE / "panel.css"
    sentences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    wrong = traitlets.Bool(False).tag(sync=True)


class Code(anywidget.AnyWidget):
    """Code in a box that can be read, selected and not changed, with a button that copies it."""

    _esm = HERE / "code.js"
    code = traitlets.Unicode().tag(sync=True)
