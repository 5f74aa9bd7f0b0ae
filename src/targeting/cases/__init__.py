"""The case store and its use cases; all SQL in store.py. Knows no stage."""
