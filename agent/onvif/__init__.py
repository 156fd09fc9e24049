"""The network cameras of the home, by ONVIF: found, asked for their streams, and watched."""
