"""Data, not code: sinks, key tables, models of library callables, words of origin; and their loaders."""
