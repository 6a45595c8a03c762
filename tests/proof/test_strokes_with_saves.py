"""Ten thousand random strokes, splits, merges, locks and undos with saves in between, a tenth in a database."""

from __future__ import annotations

import pytest

from tests.qgis.editing.painting.wild_strokes import WildPainter, furnish
from tests.qgis.editing.saving.town import make_town
from tests.workspace.places import KINDS, place_of

TOWNS, ACTS = 10, 1_000


@pytest.mark.timeout(7200)  # minutes, and more where other work runs beside
@pytest.mark.parametrize("seed", range(TOWNS))
def test_a_thousand_acts_on_a_town_keep_what_must_hold_after_every_save(request, tmp_path, qgis_app, seed):
    kind = KINDS[1] if seed == TOWNS - 1 else KINDS[0]
    with place_of(kind, tmp_path, request) as chosen:
        town = make_town(chosen.location, valid=tuple(range(1, 9)))
        furnish(town)
        wild = WildPainter(town, 1_000 + seed)
        try:
            for _ in range(ACTS):
                wild.act()
            wild.act("save")
        finally:
            wild.close()
        assert wild.made["save"] > ACTS // 30
