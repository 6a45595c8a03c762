"""A job that must refuse: one sentence in either language, and a workspace as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from gridmgmt_plugin.core.errors import GridError
from tests.jobs.districts import dump

_UNFILLED = re.compile(r"\{[a-z_]+[:}]")


def refused_by(job: Callable[..., Any]) -> Callable[..., GridError]:
    """Return how a job is tried that must refuse: ``(workspace, code, *arguments, **options)`` to its error."""

    def refused(workspace: Any, code: str, *arguments: Any, **options: Any) -> GridError:
        __tracebackhide__ = True
        before = dump(workspace.path)
        with pytest.raises(GridError) as caught:
            job(workspace, *arguments, **options)
        assert dump(workspace.path) == before
        assert caught.value.code == code, caught.value.text()
        texts = caught.value.text("zh_CN"), caught.value.text("en")
        assert texts[0] != texts[1]
        assert not _UNFILLED.search("".join(texts))
        return caught.value

    return refused
