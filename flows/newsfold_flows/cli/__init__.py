"""The `newsfold` command: one module per subcommand, composed in `app`; modules with plural names print tables."""
