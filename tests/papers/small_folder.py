"""Folders of papers as `write_paper` leaves them, small: records, empty tables, documents of some size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analytics.areas import slug

ALL = ("html", "docx", "pdf")


def record(study: str, area: str, year: int, **other: Any) -> dict[str, Any]:
    found = {
        "study": study,
        "area": area,
        "region": "North West",
        "year": year,
        "title": f"About {study}?",
        "subtitle": f"{area}, year to 31 March {year}",
        "details": [["Contact officer", "A. Name"]],
        "documents": [f"{'pack' if study == 'pack' else 'paper'}.{suffix}" for suffix in ALL],
        "data_sha256": "ab" * 32,
        "code_version": "1.0",
    }
    only = (
        {"papers": ["caseloads-2025"]} if study == "pack" else {"key_messages": ["It rose.", "It is high."]}
    )
    return {**found, **only, **other}


def put(out: Path, study: str, area: str = "Bury", year: int = 2025, **other: Any) -> Path:
    """Write a paper's or a pack's folder; `docs` are the documents that are there, `at` its area's folder."""
    folder = out / other.pop("at", slug(area) or "area") / f"{study}-{year}"
    stem = "pack" if study == "pack" else "paper"
    (folder / "tables").mkdir(parents=True)
    for suffix in other.pop("docs", ALL if stem == "paper" else ALL[1:]):
        (folder / f"{stem}.{suffix}").write_bytes(b"x" * 310_400)
    text = json.dumps(record(study, area, year, **other), ensure_ascii=True)
    (folder / f"{stem}.json").write_text(text, encoding="utf-8")
    return folder
