"""The commands of the server, a file each."""
