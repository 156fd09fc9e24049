"""What converts a network with packages that are not among ours: scripts that uv starts.

They import nothing of ours, for they run where ours is not installed.
"""
