"""Deployments: where a version serves, and how it is taken back."""
