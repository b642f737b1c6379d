"""Proof that the numbers mean what they say: known corruptions, and what every metric makes of them."""
