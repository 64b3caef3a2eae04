"""Measuring a model over all rows: what the performance analysis computes and how it is told."""
