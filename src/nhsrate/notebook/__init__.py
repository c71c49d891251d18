"""What Python people see and ask: short records, frames with levels and titles, and a function for each command."""
