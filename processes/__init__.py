"""The roof: one file for each running process and the `hotline` command; imported by nobody below."""
