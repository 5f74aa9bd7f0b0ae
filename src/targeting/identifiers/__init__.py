"""Resident ID, credit code, unit number, disability certificate: parse, check, repair (DOMAIN §6)."""
