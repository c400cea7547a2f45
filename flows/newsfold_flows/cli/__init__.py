"""The `newsfold` command, one file per subcommand."""
