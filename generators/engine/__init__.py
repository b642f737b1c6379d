"""The causal rollout engine: one clean implementation that runs every method's memory rule.

Files without a tensor in them (``policy``, ``steps``) may be imported anywhere; the others import torch when
they are loaded, so code outside the engine imports them inside functions.
"""
