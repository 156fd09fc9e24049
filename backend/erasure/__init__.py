"""Takes out of the record what the household wants gone, and keeps that it did."""
