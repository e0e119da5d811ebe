"""The listener's pack: which songs it has, how each is made, and the page that shows them."""
