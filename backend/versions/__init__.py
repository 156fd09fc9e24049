"""Versions of the models: what each is made of, and how it does beside the others."""
