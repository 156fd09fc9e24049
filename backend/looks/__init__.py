"""Looks: what the household has learnt of the colours of pictures, and what it is applied to."""
