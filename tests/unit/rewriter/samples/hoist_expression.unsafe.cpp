int grow(int width, int depth) {
    int sum = 0;
    for (int i = 0; i < 10; ++i) {
        sum += (width * depth);
        width += i;
    }
    return sum;
}
