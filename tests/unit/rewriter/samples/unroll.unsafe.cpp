int first_zero(const int* a, int n) {
    int seen = 0;
    for (int i = 0; i < n; ++i) {
        if (a[i] == 0) break;
    }
    for (int i = 0; i < n; ++i) {
        n -= a[i];
    }
    return seen;
}
