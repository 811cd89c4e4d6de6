"""What the settings and the notebooks promise: environments in step, thin notebooks."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAPERS = [path for path in NOTEBOOKS if path.stem != "explore"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
DEV = [Requirement(line) for line in PROJECT["project"]["optional-dependencies"]["dev"]]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()


# --- environments


def test_the_conda_environment_asks_for_what_the_package_asks_for() -> None:
    conda_names = {
        "jupyter-client": "jupyter_client",
        "matplotlib": "matplotlib-base",
        "typst": "typst-py",
    }
    build = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
    expected = {conda_names.get(one.name, one.name): one.specifier for one in [*RUNTIME, *build]}
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *from_conda, from_pip = environment["dependencies"]
    listed = {one.name: one.specifier for one in map(Requirement, [*from_conda, *from_pip["pip"]])}
    python, pip = listed.pop("python"), listed.pop("pip")
    assert listed == expected
    assert str(python) == PROJECT["project"]["requires-python"]
    assert not str(pip)


def test_the_lock_holds_names_versions_and_markers_only() -> None:
    for line in LOCK:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+( ; [a-z_]+ [^@/]+| ; \([^@/]+)?", line), line


def test_the_lock_satisfies_every_range() -> None:
    locked = {one.name: next(iter(one.specifier)).version for one in map(Requirement, LOCK)}
    for asked in [*RUNTIME, *DEV]:
        name = re.sub(r"[-_.]+", "-", asked.name).lower()
        assert name in locked, f"{asked}: run `make lock`"
        assert asked.specifier.contains(locked[name]), f"{asked}: {locked[name]} is locked; run `make lock`"


def imported_modules(*folders: str) -> set[str]:
    """Name the top-level modules, of others, that the code in these folders imports."""
    found = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    ours = {"analytics", *(path.stem for path in (ROOT / "tests").iterdir())}
    return found - set(sys.stdlib_module_names) - ours


def declared_modules(requirements: list[Requirement]) -> set[str]:
    """Name the modules that these packages are imported as."""
    module_of = {
        "pyyaml": "yaml",
        "markdown-it-py": "markdown_it",
        "import-linter": "importlinter",
        "python-docx": "docx",
        "fonttools": "fontTools",
        "ipython": "IPython",
    }
    return {module_of.get(one.name, one.name.replace("-", "_")) for one in requirements}


def test_the_package_declares_what_it_imports_and_no_more() -> None:
    extra = {"distributed"}  # for whoever has a Dask cluster
    assert imported_modules("analytics") == declared_modules(RUNTIME) | extra


def test_the_tests_import_only_what_is_declared() -> None:
    beside = {path.stem for path in (ROOT / "bench").glob("*.py")}
    assert imported_modules("tests", "bench") - beside <= declared_modules([*RUNTIME, *DEV])


def test_pre_commit_runs_the_locked_versions() -> None:
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    pinned = {repo["repo"].rsplit("/", 1)[-1]: repo["rev"].removeprefix("v") for repo in settings["repos"]}
    assert f"ruff=={pinned['ruff-pre-commit']}" in LOCK
    assert f"nbstripout=={pinned['nbstripout']}" in LOCK


# --- what is committed


def committed_texts() -> list[tuple[str, str]]:
    """Give the name and text of every file that is, or would be, committed."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    contents = [(name, (ROOT / name).read_bytes()) for name in names if (ROOT / name).is_file()]
    return [(name, data.decode("utf-8", "replace")) for name, data in contents if b"\0" not in data]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout: no list of what is committed")
def test_nothing_committed_names_a_package_index_or_a_place_on_one_machine() -> None:
    index = r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|conda[.]anaconda|[-]-(extra-)?index-url[ =]\S"
    place = r"(?<![\w./:-])/(home|root|Users|work|private)/\w+|\b[A-Z]:\\{1,2}Users\\"
    texts = committed_texts()
    assert len(texts) > 20
    for name, text in texts:
        found = re.search(f"{index}|{place}", text)
        assert not found, f"{name}: {found and found[0]}"


# --- the notebooks


def test_the_three_papers_are_here_and_a_place_to_explore() -> None:
    assert len(NOTEBOOKS) == len(PAPERS) + 1
    assert [path.stem for path in PAPERS] == [
        "caseloads_and_agency",
        "rereferrals_and_neighbours",
        "workforce_projection",
    ]


def code_cells(path: Path) -> list[Any]:
    """Give the code cells of a notebook."""
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin_and_stored_without_outputs(path: Path) -> None:
    cells = code_cells(path)
    assert 0 < len(cells) <= 20
    for cell in cells:
        assert cell.outputs == []
        assert cell.execution_count is None
        # The parameters cell is a list, one line each, and may be as long as there is to ask.
        if "parameters" not in cell.metadata.get("tags", []):
            assert len(cell.source.splitlines()) <= 8, cell.source


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_a_paper_has_one_cell_of_typed_parameters(path: Path) -> None:
    tagged = [cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    lines = ast.parse(tagged[0].source).body
    assert all(isinstance(line, ast.AnnAssign) and line.value is not None for line in lines)
    assert all("  # " in line for line in tagged[0].source.splitlines()), "each parameter has a comment"
    assert {ast.unparse(line.target) for line in lines if isinstance(line, ast.AnnAssign)} >= {"area", "year"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_computes_nothing_of_its_own(path: Path) -> None:
    kept_out = (
        ast.FunctionDef,
        ast.Lambda,
        ast.ClassDef,
        ast.For,
        ast.While,
        ast.If,
        ast.comprehension,
        ast.Try,
    )
    importing = []
    for number, cell in enumerate(code_cells(path)):
        nodes = list(ast.walk(ast.parse(cell.source)))
        assert not any(isinstance(node, kept_out) for node in nodes), cell.source
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes):
            importing.append(number)
    assert len(importing) == 1, "one cell imports what the others use"


# --- the record of changes


def test_the_changelog_names_the_version() -> None:
    import analytics

    assert f"## {analytics.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
