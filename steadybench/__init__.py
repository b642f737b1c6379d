"""The harness: plans, runs, stores, resumes, and feeds the report. Holds no formula and no model."""

__version__ = "0.1.0"
