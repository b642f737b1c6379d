"""Looks at a finished export as a rater with every tool would, and names what tells who made a clip."""
