"""Simulated raters: what a planned study would find if the truth were known."""
