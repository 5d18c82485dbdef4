"""The server's secret: where it is configured, and how long it must be to sign what leaves this machine."""

VARIABLE = "DUIXIAN_SECRET"
SHORTEST = 32  # characters
