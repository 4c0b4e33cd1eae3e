"""Results written to files: what, as what and where is asked in one dialog; then it is followed."""
