int classify(int n) {
    int odd = 0;
    for (int i = 0; i < n; ++i) {
        if (i % 2 == 1) {
            ++odd;
        } else {
            --odd;
        }
    }
    return odd;
}
