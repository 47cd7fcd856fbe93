"""The use cases: the only layer that wires catalog, sources, languages, engine, verdicts and reports together."""
