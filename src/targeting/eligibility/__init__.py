"""Families and facts in; findings (hit, clear, unknown) by the law in force out."""
