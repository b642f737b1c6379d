"""Pages that numbers lead to: one for each method, one for each measurement."""
