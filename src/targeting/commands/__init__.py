"""The commands of `targeting` by group: each reads its arguments, calls one job and prints its result."""
