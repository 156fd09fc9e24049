"""What the tools of the record stand on: spans of days, what was seen of them, and estimates."""
