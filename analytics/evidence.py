"""What council papers claimed, as the council wrote it, with the document that says so."""

from __future__ import annotations

import pandas as pd

from analytics.folders import home

CLAIMS = [
    "claim", "document", "section", "as_at", "topic", "statement",
    "value", "unit", "numerator", "denominator",
]  # fmt: skip


def read_claims(slug: str) -> pd.DataFrame:
    """Read the claims held for an area, by its folder name; no row where none are held.

    Returns:
        The columns of `CLAIMS`, figures as numbers, and `title, publisher, dated` of the document;
        `recomputed` is the percentage that the quoted parts give, where both are quoted.

    Raises:
        ValueError: a claim names a document that is not listed.
    """
    folder = home() / "data" / "raw" / "evidence" / slug
    if not folder.is_dir():
        return pd.DataFrame(columns=[*CLAIMS, "title", "publisher", "dated", "recomputed"])
    claims = pd.read_csv(folder / "claims.csv", dtype={"as_at": str}, encoding="utf-8")
    documents = pd.read_csv(folder / "documents.csv", dtype=str, encoding="utf-8")
    unknown = set(claims["document"]) - set(documents["document"])
    if unknown:
        raise ValueError(f"{folder / 'claims.csv'}: no such document is listed: {', '.join(sorted(unknown))}")
    table = claims.merge(documents, on="document", how="left", validate="many_to_one")
    shares = table["unit"].eq("percent")
    table["recomputed"] = (100 * table["numerator"] / table["denominator"]).where(shares)
    return table
