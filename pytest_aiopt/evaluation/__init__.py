"""Build, gate and measure candidates; nothing inside their process is trusted."""
