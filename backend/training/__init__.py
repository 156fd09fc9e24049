"""Training asked for on the page or by HTTP: recipes, their settings, and what came of them."""
