"""The validation suite as a run: which clips, which measurements, and what is written about them."""
