"""The case store: referrals become cases, officers work them, a second person approves what is adverse, the audit log keeps it.

Plain referral rows go in; this room knows no stage and no statistics. Read `codes` (the words), `lifecycle` (the state machine),
`gate` (what an adverse decision needs), then the use cases: `accounts`, `opening`, `work`, `process`, `deciding`, `reading`,
`queue`, `feedback`, `audit`. All SQL is in `store.py` and `store_*.py`, the tables are in `schema.py` and `schema_*.py`, and what
the database itself refuses is in `migrations/`.
"""
