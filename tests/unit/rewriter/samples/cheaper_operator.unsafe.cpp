int halves(int n, unsigned m) { return n / 2 + n % 4 + static_cast<int>(m / 6); }
