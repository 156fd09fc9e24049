"""Every week a marked test goes the whole way of an alert, from a camera box to each person."""
