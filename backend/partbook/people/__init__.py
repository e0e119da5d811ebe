"""People: what they consent to."""
