"""What is about sessions alone."""
