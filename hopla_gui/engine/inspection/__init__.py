"""What a script's parser says: the probe's run, its limits, its cache."""
