"""Identities in; links, evidence, candidates, persons and the identity ledger out."""
