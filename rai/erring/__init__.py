"""What the error analysis computes: where errors gather, counted again by plain masks, and how that is told."""
