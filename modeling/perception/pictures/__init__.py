"""Still pictures: opened and saved, who is in them, and what of it is hidden."""
