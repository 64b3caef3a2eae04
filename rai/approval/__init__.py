"""Approval: cases and their rules, the ledger, attestations, and the gate that reads them."""
