"""The checks that the declared law runs, for people to read."""

from typing import Any

from targeting.specs.policy import Policy


def catalogue(policy: Policy) -> list[dict[str, Any]]:
    """Every declared check: code, what it asks, direction, benefits, registers, legal basis, highest consequence."""
    checks = policy.checks
    return [
        {
            "check": check.code,
            "direction": check.direction,
            "title_zh": check.title_zh,
            "title_en": check.title_en,
            "benefits": " ".join(check.benefits),
            "registers": " ".join(check.registers),
            "legal_basis": "; ".join(" or ".join(limb) for limb in check.legal_basis),
            "consequence": check.consequence,
            "minimum_level": check.minimum_level,
        }
        for check in sorted(checks.values(), key=lambda check: check.code)
    ]
