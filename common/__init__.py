"""What every part needs and no part owns: commands, settings, files, progress."""
