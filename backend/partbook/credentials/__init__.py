"""Social credentials: claimed from facts in the other contracts, never transferred."""
