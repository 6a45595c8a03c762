"""One gesture, one undo step: the cells around a place, the edit that follows, codes and figures."""
