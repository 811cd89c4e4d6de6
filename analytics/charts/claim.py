"""A claimed agency share: which readings of its figures give it, and which figures cannot both be so."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import wrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.cells import area_of, part
from analytics.charts.intervals import why_none, written
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS
from analytics.words import legend, number, plain, span

MOST_ROWS, MOST_LIKELY = 15, 16  # The rows a reader can follow; the joiners drawn where there are more.
# A mark for each response, in order.
STYLES: tuple[dict[str, Any], ...] = (
    {"marker": "o", "color": theme.CATEGORIES[0]},
    {"marker": "D", "color": theme.CATEGORIES[3]},
    {"marker": "s", "color": theme.CATEGORIES[1]},
    {"marker": "^", "color": theme.CATEGORIES[2]},
)


def tabulate_claim(claim: pd.DataFrame, caption: Caption, name: str = "claim") -> Exhibit:
    """Show the agency share that each reading of a claim's figures gives, beside the share claimed.

    `claim` has a row a reading: `base` (words), `agency_fte, permanent_fte, joiners`, `response`
    (words) with `response_value, response_lower, response_upper` (agency FTE leaving for each
    joiner), `share_before, share_after, share_lower, share_upper, claimed` in per cent, `reproduces`
    (true within half a point of the claimed), `response_needed` (what would give it) and `status`.
    """
    known = claim.dropna(subset=["share_after"])
    title, shown = _claim_title(known), _shown_claim(claim, known)
    svg, alt, notes = "", "", legend(shown)
    if len(known):
        drawn = _drawn(known)
        alt, notes = _claim_alt(known), (*_claim_notes(known, drawn), *notes)
        svg = _draw(drawn, name, title, alt)
    parts = asdict(caption) | {
        "measure": "Agency share (FTE) once the recruits have joined, by how the figures are read",
        "unit": "%; FTE",
        "geography": area_of(caption),
    }
    return Exhibit(name=name, title=title, **parts, table=claim, shown=shown, svg=svg, alt=alt, notes=notes)


def _drawn(known: pd.DataFrame) -> pd.DataFrame:
    """Keep what can be read: of too many rows, those with the number of joiners that is most likely."""
    if len(known.drop_duplicates(["base", "joiners"])) <= MOST_ROWS:
        return known
    counts = sorted(known["joiners"].unique())
    kept = MOST_LIKELY if MOST_LIKELY in counts else counts[len(counts) // 2]
    return known[known["joiners"] == kept]


def _draw(drawn: pd.DataFrame, name: str, title: str, alt: str) -> str:
    """Draw a row for each base and number of joiners, those of a base together, a mark a response."""
    rows = list(drawn.groupby(["base", "joiners"], sort=False).groups)
    bases = list(dict.fromkeys(base for base, _ in rows))
    tall = 0.3 if len(rows) > len(bases) else 0.48
    claimed = float(drawn["claimed"].iloc[0])
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=tall * len(rows) + 1.6)
        axes.axvline(claimed, color=theme.TEXT, linewidth=1.2, linestyle=theme.DASHES[1])
        axes.annotate(
            f"claimed: {number(claimed, 'percent')}", (claimed, 1), xytext=(0, 3), ha="center", fontsize=9,
            xycoords=("data", "axes fraction"), textcoords="offset points", fontweight="bold",
        )  # fmt: skip
        _draw_responses(axes, drawn, rows)
        _name_bases(axes, rows, bases)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, 1.06 * max(drawn[["share_after", "share_upper", "claimed"]].max()))
        axes.grid(visible=True, axis="x")
        axes.set_xlabel("Agency share once they have joined (%)")
        axes.legend(
            title="Agency staff leaving as each joins:", loc="lower left", frameon=False, ncols=4,
            bbox_to_anchor=(-0.02, 1 + 0.3 / (tall * len(rows))), alignment="left", borderpad=0,
            borderaxespad=0,
        )  # fmt: skip
        return theme.to_svg(figure, name, title, alt)


def _draw_responses(axes: Axes, drawn: pd.DataFrame, rows: list[tuple[str, float]]) -> None:
    for style, response in zip(STYLES, dict.fromkeys(drawn["response"]), strict=False):
        those = drawn[drawn["response"] == response]
        down = [rows.index(row) for row in zip(those["base"], those["joiners"], strict=True)]
        axes.hlines(down, those["share_lower"], those["share_upper"], color=style["color"], linewidth=2)
        axes.plot(those["share_after"], down, label=response, linestyle="none", markersize=7, **style)


def _name_bases(axes: Axes, rows: list[tuple[str, float]], bases: list[str]) -> None:
    """Write how many join at each row, and how the base is read once beside the rows that share it."""
    axes.set_yticks(range(len(rows)), [f"{part(joiners)} join" for _, joiners in rows])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    for base in bases:
        places = [height for height, row in enumerate(rows) if row[0] == base]
        lines = wrap(base, 30)
        for step, line in enumerate(lines):
            # Each line on its own: together they would not end level.
            shift = (-58, 12 * ((len(lines) - 1) / 2 - step))
            axes.annotate(
                line, (0, sum(places) / len(places)), xycoords=("axes fraction", "data"), xytext=shift,
                textcoords="offset points", ha="right", va="center", annotation_clip=False,
            )  # fmt: skip
        if places[0]:
            axes.axhline(places[0] - 0.5, color="#B1B4B6", linewidth=0.8)


def _claim_title(known: pd.DataFrame) -> str:
    """Count the readings that give what was claimed."""
    if known.empty:
        return "No reading of the claim can be worked out"
    count, claimed = int(known["reproduces"].eq(True).sum()), number(known["claimed"].iloc[0], "percent")
    give = f"give{'' if count > 1 else 's'} the {claimed} claimed"
    return f"{count or 'None'} of {len(known)} readings {give}"


def _claim_alt(known: pd.DataFrame) -> str:
    claimed = number(known["claimed"].iloc[0], "percent")
    said = [f"Dots of the agency share once the recruits have joined; a line marks the {claimed} claimed."]
    for base, rows in known.groupby("base", sort=False):
        after = span(rows["share_after"].min(), rows["share_after"].max(), "percent")
        before = number(rows["share_before"].iloc[0], "percent")
        said.append(f"{base[:1].upper()}{base[1:]}: {after}, from {before} before.")
    give = [
        f"{row['base']}, {part(row['joiners'])} join, {row['response']}, "
        f"{number(row['share_after'], 'percent')}"
        for row in known[known["reproduces"].eq(True)].to_dict("records")
    ]
    said.append(f"Readings that give {claimed}: {'; '.join(give) or 'none'}.")
    return " ".join(said)


def _claim_notes(known: pd.DataFrame, drawn: pd.DataFrame) -> tuple[str, ...]:
    some = [f"Drawn: {len(drawn)} of {len(known)} readings; all are in the table."]
    estimated = known[known["response_lower"] < known["response_upper"]]
    values = [
        f"Leaving {row['response']}: {plain(row['response_value'], 2)}"
        f"{_around(row['response_lower'], row['response_upper'], 2)} agency FTE for each joiner."
        for row in estimated.head(1).to_dict("records")
    ]
    return (
        "A reading gives what was claimed where it comes within half a percentage point of it. Level lines "
        "are 95% intervals; the scale starts at 0.",
        "Where what would give the claimed share is above 1, more than one agency FTE would have to leave "
        "for each joiner; below 0, agency would have to grow.",
        *values,
        *(some if len(drawn) < len(known) else []),
    )


def _around(lower: float, upper: float, places: int) -> str:
    known = pd.notna(lower) and lower < upper
    return f" ({plain(lower, places)} to {plain(upper, places)})" if known else ""


def _needed(row: dict[str, Any]) -> str:
    """Write what would give the claimed share, and where it is beyond one for one or below none.

    >>> _needed({"response_needed": 0.724, "status": ""}), _needed({"response_needed": 1.4, "status": ""})
    ('0.72', '1.40 (over one for one)')
    """
    said = written(row["response_needed"], row["status"], 2)
    if row["response_needed"] > 1:
        return f"{said} (over one for one)"
    return f"{said} (agency grows)" if row["response_needed"] < 0 else said


def _shown_claim(claim: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    if known.empty:
        return why_none(claim, "How the figures are read", "no reading can be worked out")
    claimed = number(known["claimed"].iloc[0], "percent")
    return pd.DataFrame(
        [_reading(rows, claimed) for _, rows in claim.groupby(["base", "joiners"], sort=False)]
    )


def _reading(rows: pd.DataFrame, claimed: str) -> dict[str, str]:
    """Write one way to read the figures and one number of joiners: the share after each response."""
    first = rows.to_dict("records")[0]
    parts = [written(first[name], first["status"], 1) for name in ("agency_fte", "permanent_fte")]
    after = {
        f"Share after, leaving {row['response']} (%)": written(row["share_after"], row["status"], 1)
        + _around(row["share_lower"], row["share_upper"], 1)
        + (", as claimed" if row["reproduces"] is True or row["reproduces"] == 1 else "")
        for row in rows.to_dict("records")
    }
    return {
        "How the figures are read": first["base"],
        "Agency and permanent (FTE)": " and ".join(parts),
        "Joiners": part(first["joiners"], "no data"),
        "Share before (%)": written(first["share_before"], first["status"], 1),
        **after,
        f"Leaving for each joiner that would give {claimed} (FTE)": _needed(first),
    }


def tabulate_contradictions(
    contradictions: pd.DataFrame, caption: Caption, name: str = "contradictions"
) -> Exhibit:
    """Show pairs of figures in council papers beside each other, and whether both can be so.

    `contradictions` has a row a pair: the statements `first, second`, their `first_value,
    second_value` in `unit`, the `arithmetic` that brings them together, how far `apart` they are,
    the `verdict` (it begins with "cannot" where both cannot be so) and `status`.
    """
    shown = _shown_contradictions(contradictions)
    parts = asdict(caption) | {
        "measure": "Figures in council papers that speak of the same thing",
        "unit": "; ".join(dict.fromkeys(contradictions["unit"].replace(UNIT_WORDS))) or "no figures",
        "geography": area_of(caption),
    }
    title = _contradictions_title(contradictions)
    return Exhibit(name=name, title=title, **parts, table=contradictions, shown=shown, notes=legend(shown))


def _contradictions_title(pairs: pd.DataFrame) -> str:
    if pairs["apart"].isna().all():
        return "No pair of figures can be compared"
    count = int(pairs["verdict"].fillna("").str.startswith("cannot").sum())
    if not count:
        return "No two figures in council papers exclude each other"
    return f"{count} pair{'' if count == 1 else 's'} of figures in council papers cannot both be so"


def _shown_contradictions(pairs: pd.DataFrame) -> pd.DataFrame:
    if pairs["apart"].isna().all():
        return why_none(pairs, "One statement", "no pair of figures can be compared", "no pair is held")
    rows = pairs.to_dict("records")
    return pd.DataFrame(
        {
            "One statement": pairs["first"],
            "Its figure": [_figure(row["first_value"], row["unit"]) for row in rows],
            "The other statement": pairs["second"],
            "The other figure": [_figure(row["second_value"], row["unit"]) for row in rows],
            "Unit": pairs["unit"].replace(UNIT_WORDS),
            "Arithmetic": [said or "none" for said in pairs["arithmetic"].fillna("")],
            "Apart (points where the unit is %)": [_figure(row["apart"], row["unit"]) for row in rows],
            "Verdict": [said or "no comparison" for said in pairs["verdict"].fillna("")],
        }
    )


def _figure(value: float, unit: str) -> str:
    return plain(value, 1) if unit == "percent" and pd.notna(value) else part(value, "no data")
