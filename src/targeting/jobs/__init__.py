"""The order of the stages, the run ledger and the model registry."""
