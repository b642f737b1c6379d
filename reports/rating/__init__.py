"""The page that raters of a blind study see."""
