"""The chain: a node, one small file per contract, signers, sending, and the facts that come back as events."""
