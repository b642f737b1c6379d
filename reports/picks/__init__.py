"""Best, worst and random clips of each metric, chosen by rule."""
