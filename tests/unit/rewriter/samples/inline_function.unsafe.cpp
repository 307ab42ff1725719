extern "C" int entry(int n) { return n + 1; }

inline int twice(int n) { return 2 * n; }

int use(int n) { return twice(entry(n)); }
