"""Posts: who does what where, read from the tables that offices keep."""

from gridmgmt_plugin.core.posts.read import PostRows, RejectedRow, read_post_rows

__all__ = ["PostRows", "RejectedRow", "read_post_rows"]
