"""What may be wrong with Dolbom itself: a row each, with how it is found and what is said of it."""
