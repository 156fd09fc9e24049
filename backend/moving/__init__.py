"""All rows of a household, from its files to PostgreSQL and back."""
