"""Figures for papers, through matplotlib."""
