"""What a root borrows from this machine: where its packages come from, so that no host name stands in the project."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_APT_FIELDS = "$(LABEL)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)"
# How apt reaches its mirror from here; what it does with the packages is the root's own business.
_APT_SETTINGS = re.compile(r"Acquire::(?:https?|Check-\w[\w-]*|Retries|ForceIPv[46])(?:::\S*)? ")
_PIP_SETTINGS = ("index-url", "extra-index-url", "find-links", "trusted-host", "proxy", "timeout", "default-timeout")
_PASSED_ON = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class MatrixError(Exception):
    """Why the matrix cannot be run here, in a sentence."""


@dataclass(frozen=True)
class Mirrors:
    """Addresses of Debian's archive and of its security updates (``None`` where apt uses none)."""

    archive: str
    security: str | None


def mirrors() -> Mirrors:
    """Return the mirrors that apt of this machine uses.

    :raises MatrixError: when apt knows no archive of Debian.
    """
    return mirrors_of(_output("apt-get", "indextargets", "--format", _APT_FIELDS, "Created-By: Packages"))


def mirrors_of(listing: str) -> Mirrors:
    """Return the mirrors that a listing of apt's targets names, one ``label|codename|component|address`` a line.

    :raises MatrixError: when no line names the main archive of a Debian.
    """
    found = {}
    for line in listing.splitlines():
        label, codename, component, address = line.split("|")
        if component == "main" and (label == "Debian-Security" or (label == "Debian" and "-" not in codename)):
            found.setdefault(label, address)
    if "Debian" not in found:
        raise MatrixError("apt knows no Debian archive here: run apt-get update, or give --mirror.")
    return Mirrors(found["Debian"], found.get("Debian-Security"))


def apt_settings() -> str:
    """Return how apt of this machine reaches its mirrors: proxies, certificates, time-outs."""
    return "".join(f"{line}\n" for line in _output("apt-config", "dump").splitlines() if _APT_SETTINGS.match(line))


@dataclass(frozen=True)
class PipSettings:
    """Where pip finds packages: the lines of a ``pip.conf``, and the folders of this machine that they name."""

    lines: tuple[str, ...]
    folders: tuple[Path, ...]


def pip_settings(python: str) -> PipSettings:
    """Return what pip of this machine is told by its files and by the environment."""
    return pip_settings_of(_output(python, "-m", "pip", "config", "list", check=False))


def pip_settings_of(listing: str) -> PipSettings:
    """Return the settings that a listing of pip's configuration holds; what stands later overrides.

    A folder is looked for on the machine; one that is not there is left out.
    """
    values: dict[str, str] = {}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        if key in _PIP_SETTINGS:
            values[key.removeprefix("default-")] = value.strip("'\"")
    folders: list[Path] = []
    lines = []
    for key, value in values.items():
        kept = []
        for word in value.split():
            folder = _local(word)
            if folder is None or folder.exists():
                kept.append(word)
            if folder is not None and folder.exists():
                folders.append(folder)
        if kept:
            lines.append(f"{key} = {' '.join(kept)}")
    return PipSettings(tuple(lines), tuple(_outermost(folders)))


def passed_on() -> dict[str, str]:
    """Return the variables of the environment that a way to the network needs."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def _local(word: str) -> Path | None:
    if word.startswith("file:"):
        return Path(unquote(urlsplit(word).path))
    return Path(word) if word.startswith("/") else None


def _outermost(folders: list[Path]) -> list[Path]:
    """Return the folders to lend: an index of links may point beside itself, so its parent is lent."""
    lent = {folder.parent if folder.name == "simple" else folder for folder in folders}
    return sorted(folder for folder in lent if not any(other in folder.parents for other in lent))


def _output(*command: str, check: bool = True) -> str:
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=check)
    except (OSError, subprocess.CalledProcessError) as error:
        raise MatrixError(f"{' '.join(command[:2])} failed: {error}. The matrix wants a Debian.") from error
    return done.stdout
