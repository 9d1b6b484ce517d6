"""What is recorded: its index, and how any stretch of it is read."""
