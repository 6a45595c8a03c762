"""Makes the sample district 澄湖区（示例）: an invented district with the raw files that an office would send.

Everything is drawn from one seed, so the same call writes the same bytes. Run it from the checkout with
``python -m tools.sample``; the result is committed under ``resources/sample``.
"""
