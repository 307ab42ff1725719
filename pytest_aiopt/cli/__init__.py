"""The command ``aiopt``: one module per subcommand."""
