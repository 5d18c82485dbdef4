"""Access: who signs in, with what, for how long. Beside the journal, which tells every change without its secrets."""
