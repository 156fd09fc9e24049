"""The trackers that a household has already: each hears of a job what the others hear."""
