"""What is wrong with a post, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message, is_chinese
from gridmgmt_plugin.core.posts.board import AWAY, EXPIRED, GONE, VACANT
from gridmgmt_plugin.core.posts.clashes import TWICE, TWO_FIRST, TWO_PLACES

_SENTENCES = {
    VACANT: "post_fault_vacant",
    GONE: "post_fault_gone",
    EXPIRED: "post_fault_expired",
    TWO_FIRST: "post_fault_two_first",
    TWICE: "post_fault_twice",
    TWO_PLACES: "post_fault_two_places",
    AWAY: "post_fault_away",
}


def fault_words(faults: Iterable[str], language: str) -> str:
    """Return faults (:data:`~gridmgmt_plugin.core.posts.board.FAULTS`) as a reader of ``language`` lists them."""
    listed = listing(Message(_SENTENCES[fault]).text(language) for fault in faults)
    return str(listed) if is_chinese(language) else listed.with_commas()
