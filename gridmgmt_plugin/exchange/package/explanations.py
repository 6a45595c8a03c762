"""What explains a package to those who receive it: a README in two languages, the check, the form of the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.plurals import filled
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.exchange.package.writing import PackageFile

#: A program of one file that needs Python's own library and fiona alone.
CHECK = "check_package.py"
_AS_THEY_ARE = (CHECK, "manifest.schema.json")
_IN_WORDS = {"zh": "README.zh.md", "en": "README.en.md"}


def write_explanations(folder: Path, facts: Mapping[str, Mapping[str, str]]) -> tuple[PackageFile, ...]:
    """Write README, check and schema into a package's folder; return them as its files.

    :param facts: language (``zh``, ``en``) → what its README tells.
    :raises WorkspaceError: ``package_not_written``.
    """
    texts = {name: resource_path(f"package/{name}").read_text(encoding="utf-8") for name in _AS_THEY_ARE}
    for language, name in _IN_WORDS.items():
        template = resource_path(f"package/{name}").read_text(encoding="utf-8")
        texts[name] = filled(template, facts[language])
    for name, text in texts.items():
        try:
            (folder / name).write_bytes(text.encode("utf-8"))
        except OSError as error:
            raise WorkspaceError("package_not_written", name=name, reason=str(error.strerror)) from error
    return tuple(PackageFile(name, None, None) for name in texts)
