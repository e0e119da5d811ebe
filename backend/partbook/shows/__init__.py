"""Concerts, sessions per time zone, tickets, the door, settlement to the works played."""
