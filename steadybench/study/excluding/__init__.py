"""Whose answers count: rules that are fixed before anybody has answered."""
