"""What is typed: each command reads, calls, prints and exits."""
