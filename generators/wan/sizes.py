"""Formats of the published network, and the roles of the files that it is made of."""

NAME = "wan2.1-1.3b"
WIDTH, HEIGHT, FPS = 832, 480, 16.0
LATENT = (16, HEIGHT // 8, WIDTH // 8)
"""Channels, height and width of a latent frame."""
NETWORK, LORA, TEXT, VAE, TOKENIZER = "network", "lora", "text", "vae", "tokenizer"
"""Roles of files in :attr:`generators.engine.blueprint.Weights.files`."""
