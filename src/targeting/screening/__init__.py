"""Findings, scores and capacity in; the ranking with its random arm out."""
