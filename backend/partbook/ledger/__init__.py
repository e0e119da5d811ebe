"""The ledger: what the chain said and what this machine made, in one database that can be rebuilt from the chain."""
