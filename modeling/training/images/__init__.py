"""Image models, from URFD's clips to checkpoints; needs torch and the group `agent`."""
