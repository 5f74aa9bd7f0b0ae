"""Findings and contributions in; reasons in Chinese and English out."""
