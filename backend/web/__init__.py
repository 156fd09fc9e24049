"""The caregivers' pages: what a person sees of the household in a browser."""
