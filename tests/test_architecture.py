"""Every module keeps to its floor, and what is heavy is imported only by those who ask for it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the modules in `folder` to the contracts in its pyproject.toml."""
    command = [sys.executable, "-c", LINT]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")


def imported_by(statement: str) -> set[str]:
    """Name the top-level modules that a fresh interpreter holds after a statement."""
    code = f"{statement}; import sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_every_module_keeps_to_its_floor() -> None:
    linted = lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize(
    ("module", "planted", "broken"),
    [
        ("charts/__init__.py", "import analytics.studies", "Imports go downward only"),
        ("sources/__init__.py", "import analytics.narrative", "Imports go downward only"),
        ("errors.py", "import analytics.folders", "Imports go downward only"),
        ("studies/__init__.py", "import analytics.health", "Imports go downward only"),
        ("papers/__init__.py", "import analytics.studies", "Papers know notebooks by their paths"),
        ("papers/__init__.py", "import analytics.methods", "Papers know notebooks by their paths"),
        ("papers/__init__.py", "import analytics.sources", "Papers know notebooks by their paths"),
        ("studies/__init__.py", "import analytics.charts", "Studies neither draw"),
        ("narrative/__init__.py", "import analytics.figures", "Charts and sentences take the tables"),
        ("methods/__init__.py", "import analytics.measures", "Methods could be lifted out"),
        ("novelty.py", "", "Imports go downward only"),
    ],
)
def test_an_import_that_goes_upward_is_caught(tmp_path: Path, module: str, planted: str, broken: str) -> None:
    shutil.copytree(ROOT / "analytics", tmp_path / "analytics", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "analytics" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{planted}\n")
    linted = lint_imports(tmp_path)
    verdict = next(line for line in linted.stdout.splitlines() if line.startswith(broken))
    assert verdict.removesuffix(" (2 ignored imports)").endswith("BROKEN")
    assert linted.returncode == 1


@pytest.mark.parametrize("module", ["analytics", "analytics.cli"])
def test_what_is_heavy_is_imported_only_when_it_is_used(module: str) -> None:
    heavy = {"pandas", "pyarrow", "statsmodels", "matplotlib", "seaborn", "papermill", "pandera"} | {
        "ipywidgets",
        "itables",
        "jupyterlab",
    }
    assert not imported_by(f"import {module}") & heavy


def test_heavy_modules_would_be_seen() -> None:
    assert "pandas" in imported_by("import analytics.figures")
