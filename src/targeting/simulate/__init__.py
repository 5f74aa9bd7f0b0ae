"""An imaginary county with known truth: registers as departments would send them, month by month."""
