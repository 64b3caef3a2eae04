"""RAI Review: examine, write up and sign for a model version before it may go to production."""

__version__ = "0.1.0"
