"""The contract of every table between two stages.

`identity`: identities, links, evidence, persons, ledger · `register`: rejects, repairs, intake · `assessment`: households,
awards, facts, coverage, findings, dispositions · `referral`: scores, reasons, referrals, arms.
"""
