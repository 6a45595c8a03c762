"""Ask for a line in CHANGELOG.md when what planners get has changed since the last release.

    python -m tools.changelog

The last release is the last tag that git knows. Without a tag, or without git (an exported tree), the newest section
must not be empty; that is all that can be asked then.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHANGELOG = "CHANGELOG.md"
# What the zip holds.
CODE = ("gridmgmt_plugin", "resources", "metadata.txt")
_UNRELEASED = re.compile(r"^## .*unreleased", re.IGNORECASE)


def complaint(root: Path = ROOT) -> str | None:
    """Return what the changelog lacks, ``None`` when it says enough."""
    text = (root / CHANGELOG).read_text(encoding="utf-8")
    title, lines = newest(text)
    tag = last_tag(root)
    if tag is None:
        return None if lines else f"{CHANGELOG}: the newest section has no line"
    if not _git(root, "diff", "--name-only", tag, "--", *CODE):
        return None
    wanted = f'{CHANGELOG}: code changed since {tag}; add a line under "## [Unreleased]"'
    if not _UNRELEASED.match(title):
        return wanted
    known = set(_lines(_git(root, "show", f"{tag}:{CHANGELOG}") or ""))
    return None if set(lines) - known else wanted


def newest(text: str) -> tuple[str, list[str]]:
    """Return heading and list items of the first section, ``""`` and none where there is no section."""
    sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return (sections[0].splitlines()[0], _lines(sections[0])) if sections else ("", [])


def last_tag(root: Path) -> str | None:
    """Return the last tag before the commit that is checked out, ``None`` without one or without git."""
    # A folder inside another repository has no history of its own.
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != root.resolve():
        return None
    return _git(root, "describe", "--tags", "--abbrev=0")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("- ") and line.strip() != "-"]


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git prints, ``None`` when it fails, has nothing to say or is not there."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return (done.stdout.strip() or None) if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(complaint())
