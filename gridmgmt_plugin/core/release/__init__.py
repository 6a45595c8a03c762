"""What a release is, independent of any file format: frozen content, its hash, what changed since another one."""
