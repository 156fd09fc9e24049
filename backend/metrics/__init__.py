"""What Prometheus reads of the server: whether people are safe, and whether the machine is well."""
