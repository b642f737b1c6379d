"""The receiver of a blind study: shows an export to raters and keeps their answers, one file a session."""
