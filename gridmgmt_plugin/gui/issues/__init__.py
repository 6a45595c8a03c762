"""The list of issues: filtered, walked through, fixed, exempted and written."""
