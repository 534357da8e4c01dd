"""What keeps the server from working: each thing looked at, within a time that is known before."""
