"""What runs in a container of one version: its server, and who answers for which recipe."""
