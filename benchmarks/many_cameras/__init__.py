"""Many cameras on two servers that are killed: what arrives, and what it costs.

`python -m benchmarks.many_cameras --cameras 1000 --minutes 30 --kills 50`
"""
