"""The pair view: two clips beside each other, over each other, and what was measured in both."""
