"""How dark pictures are changed: as the settings say, or by the look of the household."""
