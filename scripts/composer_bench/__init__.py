"""What the composer's bench measures and how it says so."""
