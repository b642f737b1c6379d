"""From a plan to the folder that raters see: one encoder, one setting, one size, one page."""
