"""Releases of a work, sales, and the copy that is made for one buyer."""
