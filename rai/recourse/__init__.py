"""What the counterfactuals analysis computes: flip tests, ways to another outcome, and how they are told."""
