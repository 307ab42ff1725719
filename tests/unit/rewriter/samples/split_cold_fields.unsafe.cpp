#include <cstring>
#include <vector>

struct Frame {
    int length;
    char bytes[64];
};

void read(const char* wire, std::vector<Frame>& frames) {
    Frame frame;
    std::memcpy(&frame, wire, sizeof(Frame));
    frames.push_back(frame);
}

struct Seat {
    int row;
    char label[32];
};

Seat first(const std::vector<Seat>& seats) {
    Seat copy = seats[0];
    return copy;
}
