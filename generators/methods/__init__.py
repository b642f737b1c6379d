"""One file per method, found by name through ``generators.registry``.

``common`` is no method: it holds the configuration of that name, which the rollout methods share.
"""
