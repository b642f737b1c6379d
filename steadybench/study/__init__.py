"""Blind A/B studies: plan, blind and export clips, receive answers, lock, analyse, unblind, simulate."""
