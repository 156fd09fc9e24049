"""The main job in one go, to see it work: no account, no camera, no GPU."""
