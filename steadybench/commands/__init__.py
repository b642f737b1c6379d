"""The commands of the command line, one file a group; nothing heavy is imported before a command runs."""
