"""The learned composer's own parts: tokens, network, sampling and grammar."""
