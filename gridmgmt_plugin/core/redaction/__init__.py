"""What belongs to people is taken out of texts before they are stored or told; as a key it is refused."""

from __future__ import annotations

from gridmgmt_plugin.core.redaction.keys import PERSONAL, PLACE, private_keys
from gridmgmt_plugin.core.redaction.texts import Redacted, redact, redact_column

__all__ = ["PERSONAL", "PLACE", "Redacted", "private_keys", "redact", "redact_column"]
