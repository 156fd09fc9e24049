"""One quiet message a day: when somebody was up, how active, the night, and how much was seen."""
