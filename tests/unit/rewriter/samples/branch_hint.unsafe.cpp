int step(int* p) { return ++*p; }

int run(int n) {
    int sum = 0;
    for (int i = 0; i < n; ++i) {
        if (i > 3) {
            sum += i;
        }
        if (++sum > 100) {
            return sum;
        }
    }
    return sum;
}
