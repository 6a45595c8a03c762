"""Validation: rules over the tables of a workspace, each fault one flat record, exemptions kept and shown."""
