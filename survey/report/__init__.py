"""Everything a run writes: one interface, one file an output (`every`)."""
