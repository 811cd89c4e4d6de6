"""The controls of a panel, in the order in which a keyboard reaches them."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets
import pandas as pd

from analytics.errors import InputError
from analytics.explorer.chosen import Choice
from analytics.figures import Figures
from analytics.measures import neighbour_models

EVERY = "All topics"
LABELS = {"neighbours": "Statistical neighbours", "region": "Its region", "england": "England"}
WIDE = {"width": "auto"}
STYLE = {"description_width": "5.5rem"}


class Controls:
    """What a person chooses with: every control has a label, and `choice` reads them all."""

    def __init__(self, figures: Figures, start: Choice) -> None:
        self.figures = figures
        # The measure last chosen: a search may leave none chosen in the list.
        self.chosen = start.measure
        self.area = widgets.Combobox(
            description="Area", value=start.area, options=_areas(figures), placeholder="a name or a code",
            ensure_option=False, continuous_update=False, layout=WIDE, style=STYLE,
        )  # fmt: skip
        topics = list(dict.fromkeys(figures.measures["topic"]))
        self.topic = widgets.Dropdown(
            description="Topic", options=[EVERY, *topics], value=EVERY, layout=WIDE, style=STYLE
        )
        self.find = widgets.Text(
            description="Find",
            placeholder="words of a measure",
            continuous_update=True,
            layout=WIDE,
            style=STYLE,
        )
        self.measure = widgets.Select(
            description="Measure", options=options_of(figures.measures), value=start.measure, rows=7,
            layout=WIDE, style=STYLE,
        )  # fmt: skip
        self.first = widgets.Dropdown(description="From", layout=WIDE, style=STYLE)
        self.last = widgets.Dropdown(description="To", layout=WIDE, style=STYLE)
        self.beside = {
            key: widgets.Checkbox(
                description=label,
                value=key in start.comparators,
                indent=False,
                layout={"margin": "0 0 0 6rem", "width": "auto"},
            )
            for key, label in LABELS.items()
        }
        self.others = widgets.Text(
            description="Others", value="; ".join(start.others), continuous_update=False,
            placeholder="authorities, with ; between them", layout=WIDE, style=STYLE,
        )  # fmt: skip
        self.model = widgets.Dropdown(
            description="Neighbours", value=start.model, layout=WIDE, style=STYLE,
            options=[(f"model of {key}", key) for key in reversed(neighbour_models())],
        )  # fmt: skip
        self.set_years(start.first, start.last)

    @property
    def what(self) -> list[widgets.Widget]:
        """The controls that say what is looked at, the list of measures as wide as there is room."""
        return [self.area, self.topic, self.find, self.measure]

    @property
    def beside_what(self) -> list[list[widgets.Widget]]:
        """The controls that say when, and beside what, in two columns."""
        return [[self.first, self.last, self.model], [*self.beside.values(), self.others]]

    def choice(self) -> Choice:
        """Read the controls."""
        return Choice(
            area=self.area.value,
            measure=self.chosen,
            first=self.first.value,
            last=self.last.value,
            comparators=tuple(key for key, box in self.beside.items() if box.value),
            others=names_in(self.others.value, self.figures),
            model=self.model.value,
        )

    def set_years(self, first: int | None, last: int | None) -> None:
        """Offer the years of the measure; a year that it has stays chosen, else the first or the last is."""
        years = self.figures.years(self.chosen)
        for control, wanted, otherwise in ((self.first, first, years[0]), (self.last, last, years[-1])):
            _offer(control, [(str(year), year) for year in years], wanted if wanted in years else otherwise)

    def take_measure(self) -> None:
        """Take the measure chosen in the list; a year at either end gives way to the end of its years."""
        ends = [
            (control.value, control.options[end][1]) for control, end in ((self.first, 0), (self.last, -1))
        ]
        self.chosen = self.measure.value
        self.set_years(*(None if year == end else year for year, end in ends))

    def narrow(self) -> int:
        """Offer the measures of the topic that have all the words typed; the one chosen stays, if it does.

        Returns:
            How many there are.
        """
        topic = None if self.topic.value == EVERY else self.topic.value
        found = found_by(self.figures.measures, topic, self.find.value)
        _offer(self.measure, options_of(found), self.chosen if self.chosen in found.index else None)
        return len(found)


def _offer(control: widgets.Widget, options: Sequence[tuple[str, object]], value: object) -> None:
    """Give a list other options and one that is chosen, in one message: between two, a key may be pressed."""
    with control.hold_sync():
        control.options = options
        control.value = value


def _areas(figures: Figures) -> tuple[str, ...]:
    """Name the areas of today, joint returns left out: their members have their figures."""
    known = figures.areas
    return tuple(sorted(known.loc[(known["valid_to"] == "") & (known["kind"] != "joint"), "name"]))


def options_of(measures: pd.DataFrame) -> list[tuple[str, str]]:
    """Give a list of measures to choose from: title and unit, and the name too where two are alike."""
    labels = measures["title"] + " (" + measures["unit"] + ")"
    alike = labels.duplicated(keep=False)
    labels = labels.mask(alike, labels + ", " + measures.index.to_series())
    return list(zip(labels, measures.index, strict=True))


def found_by(measures: pd.DataFrame, topic: str | None, words: str) -> pd.DataFrame:
    """Give the measures of a topic, or of all, that have every word in name, title, topic or definition."""
    text = measures.index.to_series().str.cat(
        measures[["title", "short", "topic", "unit", "definition"]], sep=" "
    )
    text = text.str.casefold()
    hit = pd.Series(True, index=measures.index) if topic is None else measures["topic"] == topic
    for word in words.casefold().split():
        hit &= text.str.contains(word, regex=False)
    return measures[hit]


def names_in(text: str, figures: Figures) -> tuple[str, ...]:
    """Give the names in a line, parted by semicolons; by commas too, but for those in a name.

    Raises:
        InputError: a name is not known; the message names the nearest.
    """
    found: list[str] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        found += [part] if _known(part, figures) else _parted(part)
    return tuple(found)


def _parted(part: str) -> Sequence[str]:
    return [piece for piece in (piece.strip() for piece in part.split(",")) if piece]


def _known(name: str, figures: Figures) -> bool:
    try:
        figures.resolve(name)
    except InputError:
        return False
    return True
