"""The results of a blind study as one page."""
