"""Planning a blind study: from the clips of runs to pairs, votes, sessions and checks."""
