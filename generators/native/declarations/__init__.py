"""One file a method: what its authors' program is, as read in their repository."""
