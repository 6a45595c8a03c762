"""Rows that a receiver refused and that the release which corrects them hands over as they were."""

from __future__ import annotations

from collections.abc import Mapping

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.frozen import FrozenLayer, layers_of
from gridmgmt_plugin.core.release.life import REJECTED
from gridmgmt_plugin.workspace.workspace import Workspace


def uncorrected(workspace: Workspace, replaces: str | None, frozen: Mapping[str, FrozenLayer]) -> tuple[Message, ...]:
    """Tell which refused rows are in a new release with the values and the outline that were refused.

    The receiver may have been wrong, so they go out; but nobody shall hand the same fault over without knowing.

    :param replaces: the rejected release that the new one corrects, ``None`` where there is none.
    :param frozen: the content of the new release.
    """
    if replaces is None:
        return ()
    items = workspace.read("release_item", where={"release_number": replaces, "result": REJECTED})
    keys: list[str] = []
    for name, refused in layers_of(items).items():
        if name in frozen:
            now = _told(frozen[name], workspace.info.precision_m)
            keys += [key for key, told in _told(refused, workspace.info.precision_m).items() if now.get(key) == told]
    if not keys:
        return ()
    return (Message("package_refused_unchanged", {"release": replaces, "count": len(keys), "codes": listing(keys)}),)


def _told(layer: FrozenLayer, precision_m: float) -> dict[str, tuple[str, str]]:
    return dict(zip(layer.keys, zip(layer.content, layer.digests(precision_m))))
