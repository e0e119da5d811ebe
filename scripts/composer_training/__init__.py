"""What it takes to train the composer's network; none of it is needed to compose."""
