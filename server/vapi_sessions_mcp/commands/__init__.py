"""What the command line can be told to do: one module a command."""
