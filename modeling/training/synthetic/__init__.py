"""People made by calculation: how they move and fall, in metres."""
