"""The households of tests, by their numbers."""

from backend.access.keys import FIRST_HOUSEHOLD

HOME = FIRST_HOUSEHOLD
"""The one that most tests are about; who is another one's neighbour is number 2."""
