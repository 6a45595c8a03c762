"""Build the zip that QGIS's plugin manager installs: one folder with code, metadata, licence,
resources and the manual.

    python -m tools.package [--output dist] [--sample out/sample]

The same tree always gives the same bytes: sorted names, one date, one mode, no caches.
"""

from __future__ import annotations

import argparse
import os
import zipfile
from configparser import ConfigParser
from pathlib import Path

from tools.manual import pages
from tools.translations import CATALOGUE, compile_catalogue, read_catalogue

ROOT = Path(__file__).resolve().parent.parent
NAME = "gridmgmt_plugin"
# A zip knows no year before 1980.
_DATE = (1980, 1, 1, 0, 0, 0)
_SAMPLE_FILES = ("workspace.gpkg", "workspace.qgz")
_SKIPPED_SUFFIXES = {".pyc", ".ts", ".qm"}


def version() -> str:
    """Return the version that ``metadata.txt`` states."""
    metadata = ConfigParser()
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    return metadata.get("general", "version")


def contents(sample: Path | None = None) -> dict[str, bytes]:
    """Return name in the zip → content; ``sample`` is the folder of the ready-made sample workspace, if built."""
    files = {f"{NAME}/{path.name}": path.read_bytes() for path in (ROOT / "metadata.txt", ROOT / "LICENSE")}
    files |= _folder(ROOT / NAME, NAME)
    files |= _folder(ROOT / "resources", f"{NAME}/resources")
    if sample is not None:
        for name in _SAMPLE_FILES:
            files[f"{NAME}/resources/sample/workspace/{name}"] = (sample / name).read_bytes()
    files |= {f"{NAME}/resources/manual/{name}": content for name, content in pages().items()}
    # Compiled from the catalogue as it stands, not from what an earlier run may have left.
    files[f"{NAME}/i18n/{CATALOGUE.stem}.qm"] = compile_catalogue(read_catalogue())
    return files


def _folder(folder: Path, prefix: str) -> dict[str, bytes]:
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix not in _SKIPPED_SUFFIXES
        and not any(part == "__pycache__" or part.startswith(".") for part in path.relative_to(folder).parts)
    }


def build(output: Path, sample: Path | None = None) -> Path:
    """Write the zip into the folder ``output`` and return its path; an older one is replaced as a whole."""
    output.mkdir(parents=True, exist_ok=True)
    target = output / f"{NAME}-{version()}.zip"
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(contents(sample).items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it is built
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    unfinished.replace(target)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the zip that QGIS's plugin manager installs.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--sample", type=Path, default=ROOT / "out" / "sample")
    options = parser.parse_args()
    missing = [name for name in _SAMPLE_FILES if not (options.sample / name).is_file()]
    if missing:
        parser.error(f"{options.sample} lacks {', '.join(missing)}; make package builds them first")
    target = build(options.output, options.sample)
    print(f"{target}  ({target.stat().st_size // 1024} KB)")


if __name__ == "__main__":
    main()
