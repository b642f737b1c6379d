"""What was fixed before the first answer, with a digest that can be deposited."""
