"""VBench's quality dimensions as its code computes them, and its protocol for long videos."""
