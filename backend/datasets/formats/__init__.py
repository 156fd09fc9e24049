"""What the files of each kind of data set have to be, and what they are about."""
