struct Link {
    int value;
    Link* next;
};

// The second test may only be made where the first one holds.
bool leads_to(const Link* link, int value) {
    return link != nullptr && link->value == value;
}

bool at(const int* values, int count, int i) {
    return i < count && values[i] == 3;
}

bool divides(int a, int b) {
    return b != 0 && a / b > 2;
}
