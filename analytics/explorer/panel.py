"""The panel: controls above, and beneath them what they come to, drawn once for each change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import Any

import ipywidgets as widgets
from itables.widget import ITable
from markupsafe import escape

from analytics.errors import InputError
from analytics.explorer.browser import Code, Said
from analytics.explorer.chosen import Choice, check, settle
from analytics.explorer.controls import Controls
from analytics.explorer.saved import save
from analytics.explorer.shown import Shown, show
from analytics.figures import Figures

NUMBERS = count(1)
TABLE: dict[str, Any] = {
    "classes": "display compact", "paging": False, "showIndex": False, "order": [],
    "style": "width:100%;margin:0",
    "layout": {"topStart": None, "topEnd": "search", "bottomStart": None, "bottomEnd": None},
}  # fmt: skip


class Panel:
    """A panel in a notebook, shown where it is the last value of a cell.

    What a person gets wrong is said in the panel, and what was drawn before stays.
    """

    def __init__(self, figures: Figures, start: Choice, folder: Path) -> None:
        check(figures, start)
        self.figures, self.folder = figures, folder
        self.shown: Shown | None = None
        self.name = f"explored-{next(NUMBERS)}"
        self.controls = Controls(figures, start)
        self.wrong, self.said, self.saved = Said(wrong=True), Said(), Said()
        self.title, self.chart = widgets.HTML(), widgets.HTML()
        self.table, self.code = ITable(**TABLE), Code()
        self.save_button = widgets.Button(
            description="Save as CSV", layout={"width": "auto", "align_self": "flex-start"}
        )
        self.view = self._arrange()
        self._quiet = False
        self._listen()
        self.draw()

    def _repr_mimebundle_(self, **asked: Any) -> Any:
        return self.view._repr_mimebundle_(**asked)

    def _arrange(self) -> widgets.VBox:
        columns = [
            widgets.VBox(side, layout={"flex": "1 1 20rem", "min_width": "0", "overflow": "visible"})
            for side in self.controls.beside_what
        ]
        chosen = widgets.HBox(
            columns, layout={"flex_flow": "row wrap", "grid_gap": "0 1rem", "overflow": "visible"}
        )
        parts = [
            widgets.VBox(self.controls.what), chosen, self.wrong, self.title, self.said, self.chart,
            self.table, self.code, self.save_button, self.saved,
        ]  # fmt: skip
        view = widgets.VBox(parts, layout={"grid_gap": "0.5rem"})
        view.add_class("analytics-explorer")
        return view

    def _listen(self) -> None:
        controls = self.controls
        for one in (controls.area, *chain(*controls.beside_what)):
            one.observe(self._on_change, names="value")
        controls.measure.observe(self._on_measure, names="value")
        for one in (controls.topic, controls.find):
            one.observe(self._on_search, names="value")
        self.save_button.on_click(self._on_save)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Change several controls and draw nothing meanwhile."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _on_change(self, _change: Any) -> None:
        if not self._quiet:
            self.draw()

    def _on_measure(self, _change: Any) -> None:
        controls = self.controls
        if self._quiet or controls.measure.value is None:
            return
        with self._at_once():
            controls.take_measure()
        self.draw()

    def _on_search(self, _change: Any) -> None:
        with self._at_once():
            found = self.controls.narrow()
        self._tell_wrong("" if found else "Find: no measure has these words. Try fewer, or another topic.")

    def _on_save(self, _button: Any) -> None:
        shown = self.shown
        if shown is None:
            return
        name = self.figures.name(shown.choice.area)
        try:
            path = save(shown.table, shown.entry, shown.choice, name, self.folder)
        except InputError as error:
            self.saved.wrong, self.saved.sentences = True, [str(error)]
        else:
            self.saved.wrong, self.saved.sentences = False, [f"Saved: {path}"]

    def _tell_wrong(self, message: str) -> None:
        self.wrong.sentences = [message] if message else []

    def draw(self) -> None:
        """Draw what the controls say, or say what is wrong with it."""
        try:
            shown = show(self.figures, settle(self.figures, self.controls.choice()), self.name)
        except InputError as error:
            self._tell_wrong(str(error))
            return
        self.shown = shown
        self._tell_wrong("")
        self.title.value = f"<h3>{escape(shown.exhibit.title)}</h3>"
        self.said.sentences = [" ".join(shown.sentences)]
        self.chart.value = shown.html
        self.table.update(shown.grid, **TABLE)
        self.code.code = shown.code
        self.saved.sentences = []
