"""From answers to results, recomputed from the lock."""
