"""What cameras, rooms and trackers do to a clip: tracks in, tracks out, and never windows.

Windows of the result come from the live window builder, so whatever is done to a track here
reaches the network exactly as the same track would in a home.
"""
