"""The report's first page: answer, completeness, ranks, trade-off, survival, agreement."""
