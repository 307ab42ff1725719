int asked = 0;

bool ask(int n) { return ++asked > n; }

bool divides(int n, int by) { return n % by == 0; }

// The call has an effect; the second test is a call as well; it must come second.
int count(int n, const int* values) {
    int sum = 0;
    if (ask(n) && n > 3) sum += 1;
    if (divides(n, 3) && divides(n, 5)) sum += 2;
    if (divides(n, 2) && values[n] > 3) sum += 3;
    return sum;
}
