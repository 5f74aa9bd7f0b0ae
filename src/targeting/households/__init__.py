"""Persons and registers in; assessed families, awards and facts out."""
