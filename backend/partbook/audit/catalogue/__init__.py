"""Audit a catalogue: every file identified once, in any number of processes, into one report that can be checked."""
