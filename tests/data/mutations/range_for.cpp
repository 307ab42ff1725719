// superficial |  | LLM-micro
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
extern "C" float brightest(const std::vector<Star>& stars, int rounds) {
    float sum = 0;
    for (int r = 0; r < rounds; ++r) {
        for (const auto& star : stars) {
            sum += star.x * star.y;
        }
    }
    return sum;
}
