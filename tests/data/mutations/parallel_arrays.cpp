// structural | S2 | B
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

struct Star { float x, y; std::uint64_t id; };
extern "C" float brightest(const std::vector<Star>& stars, int rounds) {
    float sum = 0;
    for (int r = 0; r < rounds; ++r) {
        for (std::size_t i = 0; i < stars.size(); ++i) {
            sum += stars[i].x * stars[i].y;
        }
    }
    return sum;
}
// ---- child
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

struct Star { float x, y; std::uint64_t id; };
struct Sky { std::vector<float> x, y; std::vector<std::uint64_t> id; };
extern "C" float brightest(const std::vector<Star>& stars, int rounds) {
    Sky sky;
    for (const Star& s : stars) { sky.x.push_back(s.x); sky.y.push_back(s.y); }
    float sum = 0;
    for (int r = 0; r < rounds; ++r) {
        for (std::size_t i = 0; i < stars.size(); ++i) {
            sum += sky.x[i] * sky.y[i];
        }
    }
    return sum;
}
