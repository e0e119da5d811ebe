"""The whole story of a song, told by the people in it, on a real chain of this machine."""
