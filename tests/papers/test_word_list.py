"""Words and signs that no paper for a board may hold, looked for in the papers of awkward authorities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from analytics.errors import InputError
from analytics.papers.contents import Contents, read_contents
from analytics.papers.page import render_page
from papers.many_papers import (
    AREAS,
    EARLIER,
    NEWEST,
    REFUSED,
    REPEAT_PLANS,
    Kernel,
    Run,
    one_kernel,
    texts_of,
)

NOUNS = (
    "areas|authorities|authority years|cases|changes|children|counts|days|draws|estimates|figures|holders|"
    "joiners|measures|months|neighbours|others|outcomes|pairs|papers|people|percentage points|placebos|plans|"
    "points|readings|recruits|referrals|returns|slopes|statistical neighbours|times|ways|workers|years"
)
RULES = {
    "no number": r"\b(?:nan|NaN|NaT|inf|[Ii]nfinity|null|undefined|None(?! (?:of|is|was|has)\b))\b|<NA>",
    "truth value": r"\b(?:True|False)\b",
    "exponent": r"\b\d+(?:\.\d+)?[eE][-+−]?\d+\b",
    "minus zero": r"(?<![\w.,])[-−]0(?:\.0+)?(?![\d.,]*\d)",
    "spaces or stops": r"\S {2,}\S| [.,;:](?!\d)|,[.,]|\.[.,]",
    "a for an": r"\b[Aa] (?:8|1[18](?!\d))",
    "an for a": r"\b[Aa]n (?!8|1[18](?!\d))\d",
    "plural of one": rf"(?<![\w.,−-])1 (?:{NOUNS}|of them placebos|are|have|were|give|show|lie)\b",
    "brace or backslash": r"[{}\\]",
    "bracket of code": r"[\[\]]",
    "name of code": r"\b[a-z]+_[a-z_]+\b",
    "word of code": r"\b(?:DataFrame|dtype|lambda|NoneType|Timestamp|[Tt]raceback)\b|Error:|>>>",
    "quote of code": r"(?<!\w)'[^']+'(?!\w)",
    "placeholder": r"\b(?:Unnamed|TODO|[Ll]orem)\b",
}
SIGNS = {rule: re.compile(sign) for rule, sign in RULES.items()}
# A link to a file, an address and the mark of the data are no words.
NO_WORDS = re.compile(
    r"(?<=Download these figures )\([\w-]+\.csv\)|\b[\w-]+(?:\.[\w-]+)+/[^\s,;]*|(?<=; data )[0-9a-f]{12}\b"
)
BEGINS = re.compile(r"[“(]*[A-Z0-9−]")
ENDS = re.compile(r".*(?:[^.?!,;:\s]|[.?!][”)])[.?!]", re.DOTALL)
WITHIN = re.compile(r"[^.\s]{2,}[.?!] [a-z]\w*")
NUMBER = re.compile(r"[-−+]?\d(?:[\d.,]*\d)?")
PRINTED = re.compile(r"[−+]?(?:\d{1,3}(?:,\d{3})*(?:\.\d{1,3})?|(?:19|20)\d\d)")
MOST_WORDS = 16


def faults(text: str) -> list[str]:
    """Name what no paper may hold: the rule and the words, one for each place.

    >>> faults("a 8% rise  of nan points")
    ["no number: 'nan'", "spaces or stops: 'e  o'", "a for an: 'a 8'"]
    """
    words = NO_WORDS.sub("address", text)
    return [f"{rule}: {hit.group()!r}" for rule, sign in SIGNS.items() for hit in sign.finditer(words)]


def sentence_faults(text: str) -> list[str]:
    """Name what keeps a text from being sentences: how they begin, join and end."""
    found = [] if BEGINS.match(text) else [f"begins: {text[:30]!r}"]
    found += [] if ENDS.fullmatch(text) else [f"ends: {text[-10:]!r}"]
    return found + [f"within: {hit.group()!r}" for hit in WITHIN.finditer(text)]


def number_faults(text: str) -> list[str]:
    """Name numbers that are not written for a reader: thousands marked, few decimals, a real minus sign."""
    return [f"number: {hit!r}" for hit in NUMBER.findall(text) if not PRINTED.fullmatch(hit)]


def title_faults(text: str) -> list[str]:
    """Name what makes the title of an exhibit too long, or a sentence with a stop."""
    words = [word for word in text.split() if re.search(r"\w", word)]
    found = [f"{len(words)} words: {text!r}"] if len(words) > MOST_WORDS else []
    return found + ([f"a stop: {text!r}"] if text.endswith(".") else [])


def paper_faults(contents: Contents) -> list[str]:
    """Name every fault of a paper, in the text of its page and in the pieces of which it is made."""
    found = [f"{fault} in {text!r}" for text in texts_of(render_page(contents)) for fault in faults(text)]
    for piece in contents.pieces:
        found += [f"{fault} in {text!r}" for text in _sentences(piece) for fault in sentence_faults(text)]
    for exhibit in contents.exhibits:
        found += [f"{exhibit['name']}, {fault}" for fault in title_faults(exhibit["title"])]
        found += [f"{exhibit['name']}, alt text, {fault}" for fault in number_faults(exhibit["alt"])]
    return found


def _sentences(piece: dict[str, Any]) -> list[str]:
    if piece["type"] == "exhibit":
        return [text for text in (piece["alt"], *piece["notes"]) if text]
    return list(piece.get("sentences", ()))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        *(
            ("no number", f"The rate was {word}.")
            for word in ("nan", "NaN", "None", "NaT", "inf", "<NA>", "null")
        ),
        ("no number", "None"),
        ("truth value", "It was True."),
        *(("exponent", f"It was {number}.") for number in ("1e-05", "2.3E+4", "1e−05")),
        *(
            ("minus zero", f"It moved by {number} cases.")
            for number in ("-0", "−0", "-0.0", "−0.00", "−0.0%")
        ),
        *(("spaces or stops", text) for text in ("One  two", "One .", "One , two", "One,. Two", "One.. Two")),
        *(
            ("a for an", f"It is {text}.")
            for text in ("a 8", "a 11", "a 18", "a 80%", "a 8.5% rise", "a 11,000")
        ),
        ("an for a", "It is an 110."),
        *(
            ("plural of one", f"{text}.")
            for text in ("1 authorities", "Of 1 neighbours", "in 1 years", "1 points")
        ),
        *(
            ("plural of one", f"{text}.")
            for text in ("1 have a lower rate", "2, 1 of them placebos", "1 times")
        ),
        *(("brace or backslash", text) for text in ("Of {area}", "a\\b")),
        *(("bracket of code", text) for text in ("[1, 2]", "Years [2024")),
        *(("name of code", text) for text in ("agency_rate_fte", "see neighbour_model here", "a_b.csv")),
        *(("word of code", text) for text in ("dtype: float64", "ValueError: no", "<lambda>", "A DataFrame")),
        *(("quote of code", text) for text in ("Of 'Bury'.", "'Bury'", "('a', 2)")),
        *(("placeholder", text) for text in ("Unnamed: 0", "TODO", "lorem ipsum", "Lorem")),
    ],
)
def test_what_no_paper_may_hold_is_found(rule: str, text: str) -> None:
    assert rule in [fault.partition(":")[0] for fault in faults(text)]


@pytest.mark.parametrize(
    "text",
    [
        "None of them rose. None is known. None was published. None has a rate.",
        "The difference is 0.0 percentage points; −0.04 to −0.08, and -0.5 beside 10-0.",
        "Nandos informed the infinite family of its nullity.",
        "An 8% rise, an 11, an 18.5 and an 80; a 1, a 110, a 180 and a 9.",
        "1 authority, 0 authorities, 11 authorities, 31.1 points, 2.1 years, 1,001 cases and 1 year.",
        "St. Helens's neighbours' rates, and Jeffreys' prior; E09000021 is a code.",
        "Download these figures (agency_rate_fte.csv)",
        "From devon.gov.uk/information_request/a{b}, read in 2020.",
        "Version 0.1.0 of the code; data 123e45678901.",
        "It moved by .5 and so on: “quoted”, true as it is, and false hopes.",
    ],
)
def test_plain_english_has_no_fault(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    "text", ["the rate rose.", "The rate rose", "It rose..", "It rose;.", "It rose. it fell."]
)
def test_what_is_no_sentence_is_found(text: str) -> None:
    assert len(sentence_faults(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["It rose. 3 fell.", "“It rose,” said one.", "Why?", "St. Helens rose (by 3.1).", "It said “No.”."],
)
def test_sentences_have_no_fault(text: str) -> None:
    assert sentence_faults(text) == []


def test_numbers_are_written_for_a_reader() -> None:
    assert number_faults("From 1,234.5 on 30 September 2025 to −0.12; +3.1% (0 of 15,000).") == []
    assert len(number_faults("1234.5, -0.12, 0.123456, 15000, 1,23 and 2.9.1")) == 6


def test_a_title_is_short_and_has_no_stop() -> None:
    assert title_faults("Kingston upon Thames / Richmond upon Thames: " + "word " * 10) == []
    assert len(title_faults("word " * 17 + "end.")) == 2


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with one_kernel() as kernel:
        yield kernel


def test_a_notebook_finds_no_variable_of_another(kernel: Kernel) -> None:
    first, then = (
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        for source in ("left = 'behind'", "left")
    )
    kernel.execute_cells(first)
    with pytest.raises(CellExecutionError, match="name 'left' is not defined"):
        kernel.execute_cells(then)


def test_there_are_twenty_awkward_authorities() -> None:
    assert len(AREAS) >= 20


@pytest.mark.parametrize("run", [*NEWEST, *REPEAT_PLANS, *EARLIER], ids=str)
def test_no_paper_holds_a_word_of_the_list(run: Run, kernel: Kernel) -> None:
    assert paper_faults(read_contents(kernel.execute(run), str(run))) == []


@pytest.mark.parametrize(("run", "said"), REFUSED, ids=[str(run) for run, _ in REFUSED])
def test_what_no_study_can_speak_of_is_refused_in_words(run: Run, said: str, kernel: Kernel) -> None:
    with pytest.raises(InputError) as caught:
        kernel.execute(run)
    # What was typed is quoted.
    message = str(caught.value).replace(repr(run.area), run.area)
    assert said in message
    assert faults(message) == []
    assert message.endswith(".")
