"""Comparing groups: what the fairness analysis counts, how it compares, and how it is told."""
