"""Side-by-side runs against the packages everybody knows, with the time each takes printed as plain tables."""
