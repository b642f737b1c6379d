"""The published backbone, Wan2.1 1.3B: checkpoints, their loader, text encoder and video autoencoder."""
