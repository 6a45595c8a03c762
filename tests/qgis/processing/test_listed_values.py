"""A text that lists something is read in one way, whichever parameter it is."""

from __future__ import annotations

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback

from gridmgmt_plugin.processing.algorithms.people.staff import FollowGround, HandOverPosts
from gridmgmt_plugin.processing.call import Call


@pytest.mark.parametrize(("algorithm", "name"), [(HandOverPosts, "POSTS"), (FollowGround, "LEAVE")])
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1,2", ["1", "2"]),
        (" 1 ， 2；3、4;\n5 ", ["1", "2", "3", "4", "5"]),
        ("1,,2,", ["1", "2"]),
        ("岗 1>990101001001", ["岗 1>990101001001"]),
        (",", []),
        ("", None),
        (None, None),
    ],
)
def test_lists_of_posts_and_of_proposals_are_read_alike(qgis_app, algorithm, name, written, read):
    made = algorithm()
    made.initAlgorithm()
    call = Call(made, {name: written}, QgsProcessingContext(), QgsProcessingFeedback(), {})
    assert call.listed(name) == read
