"""Where things are, and how a folder is replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analytics.errors import InputError

PACKAGE = Path(__file__).resolve().parent
REPOSITORY = PACKAGE.parent
# What a system says of a full disk, a quota that is used up, and a file larger than may be.
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def home() -> Path:
    """The folder that holds `data/` and `notebooks/`.

    A clone is its own home. An installed wheel carries copies inside the package.
    `ANALYTICS_HOME` names another.
    """
    named = os.environ.get("ANALYTICS_HOME")
    if named:
        return Path(named).absolute()
    return REPOSITORY if (REPOSITORY / "pyproject.toml").is_file() else PACKAGE / "home"


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target` that takes its place when the block ends well.

    When the block raises, `target` stays as it was and nothing else is left behind.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise InputError(
            f"{target.parent}: this folder cannot be written ({error.strerror}). "
            "Choose another, or ask for permission to write there."
        ) from error
    new, old = work / "new", work / "old"
    try:
        new.mkdir()
        yield new
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise InputError(
            f"{target}: there is no room for it ({error.strerror}). Nothing was changed: make room, or "
            "choose another folder."
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
