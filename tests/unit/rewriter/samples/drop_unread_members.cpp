#include <cstdio>
#include <vector>

struct Reading {
    int hour;
    int degrees;
    int station;
};

Reading make_reading(int n) {
    Reading reading;
    reading.hour = n;
    reading.degrees = n * 7 % 40;
    reading.station = n % 3;
    return reading;
}

int main() {
    std::vector<Reading> readings;
    for (int i = 0; i < 30; ++i) readings.push_back(make_reading(i));
    int sum = 0;
    for (const Reading& reading : readings) sum += reading.degrees * (reading.station + 1);
    std::printf("%d\n", sum);
}
