"""Figures computed from the event log, never typed in."""
