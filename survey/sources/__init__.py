"""Where surveyed source comes from: git, registries, local folders; each yields one immutable `Snapshot` (`select.fetch_snapshot`)."""
