"""What is asked of a generator: prompt suites as data, and the loader and linter that check them."""

from prompts.loader import available_suites, load_suite, select
from prompts.schema import SuiteError
from prompts.types import Direction, Prompt, Regime, Suite

__all__ = ["Direction", "Prompt", "Regime", "Suite", "SuiteError", "available_suites", "load_suite", "select"]
