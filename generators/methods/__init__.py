"""One file per method; found by name through ``generators.registry``."""
