"""The command line: it assembles the rooms and decides nothing."""
