"""Tables for papers and for those who go on calculating."""
