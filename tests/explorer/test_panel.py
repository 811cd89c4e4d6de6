"""The panel without a browser: its widgets are set as a person would, and what it shows is read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

import ipywidgets as widgets
import pandas as pd
import pytest

import analytics
from analytics.errors import InputError
from analytics.explorer import panel as room
from analytics.explorer.chosen import Choice, choose, settle
from analytics.explorer.controls import found_by, names_in, options_of
from analytics.explorer.panel import Panel
from analytics.figures import Figures

OWN_TIME = 0.3  # seconds of this process's own: a redraw must not be waited for


@pytest.fixture
def panel(figures: Figures, tmp_path: Path) -> Iterator[Panel]:
    """Open a panel that saves into a folder of its own."""
    opened = analytics.explore(figures, folder=tmp_path)
    yield opened
    opened.view.close_all()


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> list[Choice]:
    """Keep the choices that are drawn; each is drawn all the same."""
    drawn: list[Choice] = []
    show = room.show

    def keep(figures: Figures, choice: Choice, name: str) -> Any:
        drawn.append(choice)
        return show(figures, choice, name)

    monkeypatch.setattr(room, "show", keep)
    return drawn


def sentence(panel: Panel) -> str:
    """Give what stands above the chart."""
    return " ".join(panel.said.sentences)


def test_it_opens_on_a_chart_its_sentence_its_table_and_its_code(panel: Panel) -> None:
    assert panel.title.value == "<h3>Agency rate (FTE): Bury, 2017 to 2025</h3>"
    assert sentence(panel).startswith(
        "Agency rate (FTE): Bury's figure was 24.2% in 2025, down from 31.5% in 2024."
    )
    assert 'role="img"' in panel.chart.value
    assert "<desc" in panel.chart.value
    assert panel.table.df.iloc[0].astype(str).tolist()[::9] == ["Bury", "24.2"]
    assert 'figures.resolve("Bury")' in panel.code.code
    assert panel.wrong.sentences == []
    assert "application/vnd.jupyter.widget-view+json" in panel._repr_mimebundle_()


def test_another_area_changes_all_of_it_once(panel: Panel, draws: list[Choice]) -> None:
    before = panel.chart.value
    panel.controls.area.value = "kent"
    assert len(draws) == 1
    assert ": Kent, " in panel.title.value
    assert "Kent's figure" in sentence(panel)
    assert panel.chart.value != before
    assert panel.table.df.iloc[0, 0] == "Kent"
    assert 'figures.resolve("Kent")' in panel.code.code


def test_a_wrong_area_is_said_and_the_chart_stays(panel: Panel) -> None:
    before = panel.chart.value
    panel.controls.area.value = "Burry"
    assert "Nearest: Bury" in panel.wrong.sentences[0]
    assert panel.chart.value == before
    panel.controls.area.value = "Leeds"
    assert panel.wrong.sentences == []
    assert "Leeds' figure" in sentence(panel)


def test_another_measure_brings_its_years_and_draws_once(panel: Panel, draws: list[Choice]) -> None:
    panel.controls.first.value = 2020
    panel.controls.measure.value = "rereferral_percent"
    assert len(draws) == 2
    assert panel.controls.first.value == 2020, "a year that it has stays"
    assert panel.controls.first.options[0] == ("2013", 2013)
    panel.controls.first.value = 2013
    panel.controls.measure.value = "caseload_fte"
    assert panel.controls.first.value == 2017, "the first of one measure becomes the first of another"
    panel.controls.measure.value = "population_0_17_count"
    assert panel.controls.last.value == panel.figures.years("population_0_17_count")[-1]
    assert len(draws) == 5


def test_each_control_counts(panel: Panel) -> None:
    controls = panel.controls
    controls.last.value = 2023
    assert "2017 to 2023" in panel.title.value
    controls.beside["region"].value = False
    assert "North West" not in sentence(panel)
    controls.beside["neighbours"].value = False
    assert "median" not in sentence(panel)
    controls.beside["england"].value = False
    controls.others.value = "Leeds; Bristol, City of"
    assert "Leeds" in sentence(panel)
    assert "Bristol" in sentence(panel)
    controls.beside["neighbours"].value = True
    controls.model.value = "2021"
    assert "model of 2021" in sentence(panel)
    shown = panel.shown
    assert shown is not None
    assert shown.choice == settle(panel.figures, Choice(
        "Bury", "agency_rate_fte", 2017, 2023, ("neighbours",), ("Leeds", "Bristol, City of"), "2021"
    ))  # fmt: skip


def test_a_search_narrows_the_measures_and_draws_nothing(panel: Panel, draws: list[Choice]) -> None:
    controls = panel.controls
    controls.find.value = "repeat PLAN percent"
    assert [name for _, name in controls.measure.options] == ["repeat_plans_percent"]
    assert controls.measure.value is None
    controls.area.value = "Leeds"
    assert draws[-1].measure == "agency_rate_fte", "what was chosen stays chosen until another is"
    controls.find.value = "no such words"
    assert panel.wrong.sentences[0].startswith("Find: no measure has these words.")
    controls.find.value = ""
    assert controls.measure.value == "agency_rate_fte"
    controls.topic.value = "Children in need"
    assert "agency_rate_fte" not in [name for _, name in controls.measure.options]
    assert len(draws) == 1


def test_save_says_where_the_file_went(panel: Panel, tmp_path: Path) -> None:
    panel.save_button.click()
    first = tmp_path / "bury-agency_rate_fte-2017-2025.csv"
    assert panel.saved.sentences == [f"Saved: {first}"]
    panel.save_button.click()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bury-agency_rate_fte-2017-2025-2.csv", first.name,
    ]  # fmt: skip
    assert first.read_text(encoding="utf-8").count("\n") == 1 + len(choose(panel.figures, panel.shown.choice))


def test_a_folder_that_is_gone_is_said(panel: Panel) -> None:
    panel.folder = panel.folder / "gone"
    panel.save_button.click()
    assert panel.saved.wrong
    assert "nothing can be saved there" in panel.saved.sentences[0]


def test_every_control_has_a_label(panel: Panel) -> None:
    controls = [*panel.controls.what, *chain(*panel.controls.beside_what), panel.save_button]
    assert all(control.description for control in controls)


def test_two_panels_of_a_page_share_no_id(figures: Figures) -> None:
    first, second = analytics.explore(figures), analytics.explore(figures)
    assert first.name != second.name
    assert f'id="{second.name}-' in second.chart.value
    widgets.Widget.close_all()


def test_start_says_what_it_opens_on(figures: Figures) -> None:
    opened = analytics.explore(
        figures, area="Leeds", measure="caseload_fte", first=2020, last=2022, comparators=["region"],
        others=["Kent"], model="2021",
    )  # fmt: skip
    assert ": Leeds, 2020 to 2022" in opened.title.value
    assert "Kent" in sentence(opened)
    assert "England" not in sentence(opened)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ({"areas": "Bury"}, "Nearest: area"),
        ({"measure": "agency"}, "no such measure"),
        ({"model": "2020"}, "2021, 2025"),
    ],
)
def test_a_wrong_start_is_refused(figures: Figures, start: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        analytics.explore(figures, **start)


def test_a_wrong_start_of_area_is_said_in_the_panel(figures: Figures) -> None:
    opened = analytics.explore(figures, area="Burry")
    assert "Nearest: Bury" in opened.wrong.sentences[0]
    assert opened.chart.value == ""
    opened.save_button.click()
    assert opened.saved.sentences == []


def test_names_are_parted_but_not_within(figures: Figures) -> None:
    assert names_in("Leeds; Bristol, City of ; ", figures) == ("Leeds", "Bristol, City of")
    assert names_in("Leeds, Kent", figures) == ("Leeds", "Kent")
    assert names_in("", figures) == ()


def test_measures_alike_are_told_apart(figures: Figures) -> None:
    measures = figures.measures
    doubled = measures.rename(index="lait_{}".format)
    labels = [label for label, _ in options_of(pd.concat([measures, doubled]))]
    assert len(set(labels)) == len(labels) == 2 * len(measures)
    assert list(found_by(measures, None, "CASELOAD average").index) == ["caseload_fte"]


def test_a_redraw_is_not_waited_for(panel: Panel) -> None:
    taken = []
    for area in ("Kent", "Leeds", "Camden", "Hampshire", "Bolton", "York"):
        start = time.process_time()
        panel.controls.area.value = area
        taken.append(time.process_time() - start)
    assert median(taken) < OWN_TIME
