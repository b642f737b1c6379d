"""Fixed-camera nature scenes with exact ground truth, and dials that make them fail at a chosen second."""
