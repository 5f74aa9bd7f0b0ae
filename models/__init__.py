"""Declared specifications and model cards: text only."""
