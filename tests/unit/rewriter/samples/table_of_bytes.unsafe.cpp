int offset = 3;

int shifted(unsigned char letter) { return letter + offset; }

int run(const unsigned char* text, int n) {
    int sum = 0;
    for (int i = 0; i < n; ++i) {
        sum += shifted(text[i]);
        offset = sum % 5;
    }
    return sum;
}
