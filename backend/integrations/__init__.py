"""What other programs of the home hear of the household, and may ask of it."""
