"""The subcommands of `hotline`, one file each."""
