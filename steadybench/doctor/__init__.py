"""Is this machine ready? One check a file; each finding says what was found and how to put it right."""
