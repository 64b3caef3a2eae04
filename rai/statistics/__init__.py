"""Counting, rates and intervals: the statistics the analyses rest on, free of any heavy library."""
