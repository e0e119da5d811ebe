"""The HTTP face: it assembles the rooms' routes and decides nothing."""
