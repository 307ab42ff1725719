int next(int* counter) {
    int old = (*counter)++;
    return old + (*counter)++;
}
