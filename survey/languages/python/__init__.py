"""Python: its grammar, its package metadata and its import rules."""
