"""Pictures to poses to windows to scores to incidents, at run time: no torch."""
