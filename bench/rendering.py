"""Render an executed notebook as the three documents, once, from a cold start: what `make bench` times."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat

from analytics.papers.contents import read_contents
from analytics.papers.formats import read_formats, render_paper


def main() -> None:
    """Render the notebook named first, in the formats named second, into a folder that is thrown away."""
    notebook, formats = Path(sys.argv[1]), read_formats(sys.argv[2])
    contents = read_contents(nbformat.read(notebook, as_version=4), notebook.name)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in render_paper(contents, formats).items():
            (Path(folder) / name).write_bytes(content.encode() if isinstance(content, str) else content)


if __name__ == "__main__":
    main()
