"""The engine: abstract values, function summaries, writes and their conditions. Knows no SDK by name."""
