"""The task metrics that SNF-Bench published, as its programs compute them: for parity, never for ranking."""
