int seen = 0;

int count_up() { return ++seen; }

int cost_of(int distance) {
    int cost = 0;
    for (int i = 0; i < distance; ++i) cost += i % 3;
    return cost;
}

// Needed on both sides; made of something that changes before; with an effect.
int both(int n) {
    const int cost = cost_of(n);
    if (n > 3) {
        return cost + 1;
    }
    return cost;
}

int changed(int n) {
    const int cost = cost_of(n);
    if (++n > 3) {
        return cost + 1;
    }
    return n;
}

int counted(int n) {
    const int cost = count_up();
    if (n > 3) {
        return cost;
    }
    return n;
}
