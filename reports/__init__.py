"""A model card in, bytes out."""
