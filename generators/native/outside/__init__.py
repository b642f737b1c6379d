"""Scripts that run in the user's own environment, by their text; they import nothing of ours."""
