"""Two versions on the same rows: what a paired comparison measures and how it is told."""
