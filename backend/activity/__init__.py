"""What each camera saw of the days: hours in which somebody was active, still, lying, or nobody."""
