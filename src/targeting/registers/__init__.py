"""Register files in, typed accepted rows, rejects and repairs out."""
