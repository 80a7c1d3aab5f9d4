"""Whole webhooks against a bare floor: requests a second, CPU a request, p50 and p99, in one run."""
