"""Webhooks: addresses of the household's own that hear of incidents."""
