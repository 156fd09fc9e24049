"""The wire between the camera box and the server: pydantic models, and nothing else."""
