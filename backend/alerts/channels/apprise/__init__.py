"""Whatever Apprise can reach, from ntfy to e-mail: the channels that ring."""
