"""The Local Authority Interactive Tool: the department's long table of many measures.

It comes as three files: the figures (Parquet, values as text), a dictionary of the measures (CSV) and
a list of the areas' numbers (workbook). `read_lait` turns them into tables.
"""

from __future__ import annotations

from analytics.sources.files import Origin
from analytics.sources.lait.tables import STATUSES, LaitTables, read_lait

__all__ = ["AREAS", "DICTIONARY", "FIGURES", "ORIGIN", "PARQUET", "STATUSES", "LaitTables", "read_lait"]

FIGURES, DICTIONARY, AREAS = "bds_long_0.parquet", "lait_data_dictionary.csv", "la_code_list.xlsx"
# The release is known once the files are read.
ORIGIN = Origin(
    publisher="Department for Education",
    publication="lait",
    release="",
    address="https://www.gov.uk/government/publications/local-authority-interactive-tool-lait",
)
# How the tables are best written: half the size that it would be otherwise.
PARQUET = {"compression": "zstd", "compression_level": 9}
