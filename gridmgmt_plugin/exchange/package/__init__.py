"""The package that a dispatch system imports: content, files, manifest, and the proof that they say the same."""
