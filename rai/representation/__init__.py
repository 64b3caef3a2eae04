"""Who is in the data: what the data analysis counts and how it is told."""
