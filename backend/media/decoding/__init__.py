"""What a process of its own does with one picture of a stranger's: Pillow, and little of ours.

It imports neither the contract nor the server, and of `common` what needs Pillow alone: so it
starts in a tenth of a second.
"""
