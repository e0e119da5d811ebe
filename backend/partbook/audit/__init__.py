"""Whose is this file? Mark, fingerprint and registry, weighed into one verdict with its reasons."""
