"""Tests of the reports: a card in, bytes out."""
