"""The ways to a workspace: the start page, files, databases, the sample, and the session that follows."""
