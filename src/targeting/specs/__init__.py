"""Typed, validated forms of the declarations in models/*.toml, each with its sha256."""
