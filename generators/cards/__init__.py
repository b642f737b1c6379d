"""What is known of each method beside its code: paper, licence, traps; and its memory rule as a picture."""
