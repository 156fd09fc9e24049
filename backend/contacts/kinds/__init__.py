"""The kinds of contacts, a file each: what is asked of a person, and the channel of it."""
