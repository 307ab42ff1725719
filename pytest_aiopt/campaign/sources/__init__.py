"""Where a campaign takes its model and instruments from: this machine, a recording or a conftest."""
