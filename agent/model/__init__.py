"""The model that serves on the camera box: fetched, verified, tried, swapped, and taken back."""
