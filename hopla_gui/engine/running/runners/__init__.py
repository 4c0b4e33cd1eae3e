"""Where jobs run: this machine, a cluster."""
