"""Write those documents that are made from something else: `make docs`.

This stands outside of the package, so that a change of their wording makes no paper out of date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

import analytics
from analytics.measures import (
    STATUS_MEANINGS,
    UNIT_WORDS,
    Comparison,
    Measure,
    Publication,
    comparisons,
    dictionary,
    neighbour_models,
)
from analytics.words import day_in_words

DOCS = Path(__file__).parent
PAPERS = DOCS.parent / "reports"
MADE_BY = "<!-- Made by `make docs`: change {source}, not this page. -->"
WISHES = {
    "low": "a low figure is wished for",
    "high": "a high figure is wished for",
    "none": "no direction is wished for",
}
IN_A_CELL = {"low": "low", "high": "high", "none": "neither"}
INTERVALS = {"wilson": "Wilson's, at 95%"}
SCALES = {"percent": "100 × ", "rate": "10,000 × "}
SPECIAL = re.compile(r"([\\`*_\[\]<>|$~])")


def escaped(text: str) -> str:
    r"""Give text as Markdown that shows it as it stands, on one line: in a cell of a table too.

    >>> print(escaped("18|19 year_olds\n<5"))
    18\|19 year\_olds \<5
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lay cells out as the lines of a Markdown table, an empty line after it."""
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _linked(name: str) -> str:
    return f"[`{name}`](#{name})"


# --- measures.yml


def dictionary_page() -> str:
    """Write the page of all that `analytics/measures.yml` describes."""
    entries = dictionary().values()
    publications = dict.fromkeys(entry.publication for entry in entries)
    lines = [
        MADE_BY.format(source="analytics/measures.yml"),
        "# Data dictionary",
        "",
        "What each measure is, whose figure it is, and how it is worked out. A measure is asked for by its",
        'name: `analytics.load().of_measure("agency_rate_fte")`. How figures are handled is in',
        "[methods](methods.md).",
        "",
        *_symbols(),
    ]
    for publication in publications:
        lines += _publication(publication, [each for each in entries if each.publication == publication])
    return "\n".join([*lines, *_comparisons(comparisons().values())])


def _symbols() -> list[str]:
    held = {
        symbol: "0, with the symbol beside it" if symbol == "low" else "none" for symbol in STATUS_MEANINGS
    }
    rows = [[f"`{symbol}`", escaped(STATUS_MEANINGS[symbol]), held[symbol]] for symbol in STATUS_MEANINGS]
    return [
        "## Symbols",
        "",
        "A publication prints a symbol where it gives no figure. It is kept, in the column `status`. A",
        "figure that was not published stays missing, and a suppressed figure is not zero.",
        "",
        *table(["Symbol", "What it means", "Figure held"], rows),
    ]


def _publication(publication: Publication, entries: Sequence[Measure]) -> list[str]:
    rows = [[_linked(each.name), escaped(each.title), UNIT_WORDS[each.unit]] for each in entries]
    return [
        f"## {escaped(publication.title)}",
        "",
        f"{escaped(publication.publisher)}, [{escaped(publication.title)}]({publication.address}).",
        f"A year ends on {publication.year_end}. Its figures come out in {_month(publication)}.",
        "",
        *table(["Measure", "Title", "Unit"], rows),
        *(line for each in entries for line in _measure(each)),
    ]


def _month(publication: Publication) -> str:
    after = ", the year after" if publication.published_after else ""
    return f"{publication.published}{after}"


def _measure(entry: Measure) -> list[str]:
    day = entry.publication.year_end
    when = f"on {day}" if entry.timing == "at" else f"year to {day}"
    short = f" Short: {escaped(entry.short)}." if entry.short != entry.title else ""
    facts = {
        "Worked out": _formula(entry),
        "In words": _in_words(entry),
        "Interval": INTERVALS.get(entry.interval, ""),
        "Take care": " ".join(_cautions(entry)),
    }
    said = [f"- {name}: {fact}" for name, fact in facts.items() if fact]
    return [
        f"### `{entry.name}`",
        "",
        f"**{escaped(entry.title)}.**{short} {escaped(entry.definition)}",
        "",
        f"{_in_front(UNIT_WORDS[entry.unit])}, {when}; {WISHES[entry.polarity]}.",
        "",
        *([*said, ""] if said else []),
    ]


def _in_front(words: str) -> str:
    """Begin a sentence with words whose other letters stay as they are."""
    return words[:1].upper() + words[1:]


def _formula(entry: Measure) -> str:
    """Give the formula of a measure that has parts, each part a link."""
    if not entry.numerator:
        return ""
    below = _sum([*map(_linked, entry.denominator)])
    if entry.working_days:
        below = f"({below} × working days)"
    if entry.denominator_lag:
        below += f" {_years_before(entry.denominator_lag)}"
    return f"{SCALES.get(entry.unit, '')}{_sum([*map(_linked, entry.numerator)])} ÷ {below}"


def _sum(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' + '.join(parts)})"


def _years_before(lag: int) -> str:
    return "of the year before" if lag == 1 else f"of {lag} years before"


def _in_words(entry: Measure) -> str:
    above, below = (
        " and ".join(escaped(dictionary()[part].title) for part in parts)
        for parts in (entry.numerator, entry.denominator)
    )
    return f"{above}, over {below}" if above else ""


def _cautions(entry: Measure) -> list[str]:
    said = {
        "An authority's first year is not comparable: what was before it did not follow to it.": (
            entry.needs_prior_year
        ),
        "Working days are 253, or 254 in a year that holds a 29 February.": entry.working_days,
        "Not published as such: worked out here whenever it is asked for, and not stored.": entry.derived,
    }
    return [sentence for sentence, holds in said.items() if holds]


def _comparisons(entries: Iterable[Comparison]) -> list[str]:
    asked = [
        [f"`{each.name}`", _linked(each.measure.name), escaped(each.question),
         ", ".join(map(_linked, each.context[1:]))]
        for each in entries
    ]  # fmt: skip
    models = [[model, day_in_words(date.fromisoformat(day))] for model, day in neighbour_models().items()]
    return [
        "## What can be compared",
        "",
        "Subjects of the study of statistical neighbours (`analytics paper --study`), and what is",
        "shown beside each because it moves it:",
        "",
        *table(["Study", "Measure", "Question", "Beside it"], asked),
        "## Neighbour models",
        "",
        *table(["Model", "In use from"], models),
    ]


# --- the Local Authority Interactive Tool


def lait_page(measures: pd.DataFrame, years: Mapping[str, Sequence[int]]) -> str:
    """Write the page of the measures of the Local Authority Interactive Tool, by topic.

    Args:
        measures: `Figures.measures`; rows of another source than "lait" are passed over.
        years: the years held of each measure, in order.
    """
    held = measures[measures["source"] == "lait"].sort_values(["topic", "title"], kind="stable")
    topics = held["topic"].drop_duplicates().tolist()
    lines = [
        MADE_BY.format(source="the tool's own dictionary"),
        "# Measures of the Local Authority Interactive Tool",
        "",
        f"{len(held)} measures, as the [tool](https://www.gov.uk/government/publications/"
        "local-authority-interactive-tool-lait)",
        "of the Department for Education holds them. Each is asked for by its name, as those of the",
        "[data dictionary](dictionary.md) are. Where both hold a figure, papers use that of the publication.",
        "",
        *(
            f"- [{escaped(topic)}](#{_anchor(topic)}): {int((held['topic'] == topic).sum())}"
            for topic in topics
        ),
        "",
    ]
    for topic in topics:
        rows = [_lait_row(row, years) for _, row in held[held["topic"] == topic].iterrows()]
        head = ["Measure", "Title", "Unit", "Wished for", "Years held", "Next update"]
        lines += [f"## {escaped(topic)}", "", *table(head, rows)]
    return "\n".join(lines)


def _anchor(heading: str) -> str:
    """Give the address within a page that GitHub gives a heading.

    >>> _anchor("Key Stage 4; Children with SEN")
    'key-stage-4-children-with-sen'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _lait_row(row: pd.Series, years: Mapping[str, Sequence[int]]) -> list[str]:
    name = str(row.name)
    return [
        f"`{name}`", escaped(row["title"]), escaped(row["unit"]), IN_A_CELL[row["polarity"]],
        _span(years[name]), row["next_update"] or "not said",
    ]  # fmt: skip


def _span(years: Sequence[int]) -> str:
    """Give the first and last of years, and how many are missing between them.

    >>> _span([2013, 2014, 2016]), _span([2025]), _span([])
    ('2013 to 2016, 1 missing', '2025', 'none')
    """
    if not years:
        return "none"
    first, last = min(years), max(years)
    missing = last - first + 1 - len(set(years))
    span = str(first) if first == last else f"{first} to {last}"
    return f"{span}, {missing} missing" if missing else span


# --- the picture of a funnel


def funnel() -> str:
    """Take the funnel out of the committed paper, on white wherever it is looked at."""
    paper = (PAPERS / "bury" / "rereferrals-2025" / "paper.html").read_text(encoding="utf-8")
    charts: list[str] = re.findall(r"<svg .*?</svg>", paper, flags=re.DOTALL)
    (chart,) = [one for one in charts if 'aria-labelledby="funnel-chart-title' in one]
    return chart.replace("<svg ", '<svg style="background: white" ', 1) + "\n"


# --- all of them


def pages() -> dict[str, str]:
    """Give the text of each by its name in this folder."""
    figures = analytics.load()
    years = {name: figures.years(name) for name in figures.measures.query("source == 'lait'").index}
    return {
        "dictionary.md": dictionary_page(),
        "dictionary-lait.md": lait_page(figures.measures, years),
        "how-to/funnel.svg": funnel(),
    }


def main() -> None:
    """Write them."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
