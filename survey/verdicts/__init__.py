"""From writes to answers: records, defaults, ungated paths, what-if and findings."""
