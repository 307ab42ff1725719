// Floating-point sums depend on the order; a triangle is no rectangle.
double fold(const double* field, int n) {
    double sum = 0;
    for (int j = 0; j < n; ++j) {
        for (int i = 0; i < n; ++i) {
            sum += field[i * n + j];
        }
    }
    return sum;
}

void triangle(const int* field, int* out, int n) {
    for (int j = 0; j < n; ++j) {
        for (int i = 0; i < j; ++i) {
            out[j] += field[i];
        }
    }
}
