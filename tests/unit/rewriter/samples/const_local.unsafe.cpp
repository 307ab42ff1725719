int drain(int n) {
    int left = n;
    int* alias = &n;
    while (left > 0) {
        left -= 2;
    }
    *alias = left;
    return left;
}
