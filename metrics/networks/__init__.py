"""Networks behind panels, one module a backbone. They need PyTorch, so they are imported inside functions."""
