"""The causal rollout engine: one clean implementation that runs every method's memory rule.

Memory rules, steps, recipes and what lists them hold no tensor and may be imported anywhere. The other files
import PyTorch when they are loaded, so code outside the engine imports them inside functions.
"""
