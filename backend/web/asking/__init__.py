"""Questions to the record on pages: what is asked, and the answers in words."""
