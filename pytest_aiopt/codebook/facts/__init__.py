"""What programs are made of, as countable facts."""
