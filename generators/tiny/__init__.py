"""The tiny backbone: a network of Wan2.1's class that fits a laptop, trained on the procedural scenes."""
