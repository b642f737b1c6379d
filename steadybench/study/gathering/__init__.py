"""Answers from wherever they lie: receiver's folders, downloaded files, tables of platforms."""
