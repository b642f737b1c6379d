"""Pictures of what the measurements see in a clip: flow, mask, and change since the start."""
