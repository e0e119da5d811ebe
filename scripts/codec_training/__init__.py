"""What it takes to train the small neural codec that attacks the mark; none of it is needed to mark or read."""
