"""Prompt pages: every clip of one prompt side by side, with one clock, their curves, numbers and origin."""
