"""What is paid to a work, what each payee is due, claims and statements."""
