"""Films of people nobody has filmed: `bodies` move or fall in `takes`, which `cameras` film."""
