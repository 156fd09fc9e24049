"""A checkpoint folder, and the detector that it makes."""
