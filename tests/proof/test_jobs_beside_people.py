"""Jobs of a colleague while eight planners save without a pause, each in a program of his own: the jobs end, and the
planners hardly notice.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from gridmgmt_plugin.core.rows import Rows
from tests.network_proxy import NetworkApart
from tests.proof.test_planners_side_by_side import PLANNERS, at_work, quarter, sound, told  # noqa: F401  a fixture

JOBS = ("buildresponsibilitygrids", "validate", "exportpackage")


def test_grouping_check_and_export_end_while_eight_planners_save(quarter, postgis, capsys, tmp_path):  # noqa: F811
    with quarter.transaction("王工", "test") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "990101001", "name": "湖滨街道"}]))
    with NetworkApart(postgis.port, 0.01) as network:
        place = replace(quarter.location, port=network.port)
        beside = ("-m", "tests.proof.job_at_work", str(place), str(tmp_path), *JOBS)
        work = at_work(place, beside=beside)
    ended = json.loads(work.said)
    with capsys.disabled():
        for job in ended:
            sys.stdout.write(f"\n{job['job']}: {job['took']} s, {job['told']}")
    told(capsys, f"{PLANNERS} planners beside jobs, 10 ms each way", work)
    sound(quarter)
    assert {job["job"]: job["problem"] for job in ended} == dict.fromkeys(JOBS, "")
    assert sum(work.refused.values()) <= 0.01 * len(work.took)
