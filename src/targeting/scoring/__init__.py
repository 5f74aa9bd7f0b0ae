"""Features and labels in, a calibrated model out; features and a model in, probabilities out."""
