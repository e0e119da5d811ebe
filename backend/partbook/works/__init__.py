"""Songs, contributions, split sheets, registration, metadata."""
