"""Precision targeting and screening for safety-net benefits.

The flow reads top to bottom in `targeting.jobs`; DESIGN §2 draws it. Every stage takes frames and gives frames.
"""

__version__ = "0.1.0"
