"""What a process of its own does with one picture of a stranger's: Pillow, and nothing of ours.

It imports neither the contract nor the server, so that it starts in a tenth of a second.
"""
