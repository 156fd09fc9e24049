"""Looks are learnt here: of pairs of pictures, of a style, or for the night."""
