"""Alembic migrations of the case store: tables first, then what the database itself refuses."""
