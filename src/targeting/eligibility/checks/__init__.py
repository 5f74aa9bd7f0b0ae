"""One file a check: what it asks, of which facts, by which article, and what would clear it."""
