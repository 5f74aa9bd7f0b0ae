"""Findings and facts in; one row of numbers a subject, each known by as_of, out."""
