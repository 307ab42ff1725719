int calls = 0;

int counted(int x) {
    calls += 1;
    return x;
}

int divided(int x, int y) { return x / y; }

int run(int kind, int parts) {
    int sum = 0;
    for (int i = 0; i < 6; ++i) {
        sum += counted(kind);
        if (parts != 0) sum += divided(kind, parts);
    }
    return sum;
}
