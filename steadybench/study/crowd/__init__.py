"""Crowdsourcing platforms: what they are given before a study, and what they bring back."""
