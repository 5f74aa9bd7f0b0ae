"""Measures against a truth file; the only readers of truth besides the tests."""
