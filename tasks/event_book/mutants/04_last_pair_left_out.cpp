// Wrong: the last row and the one before it are no pair.
// Questions about a book of events.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>
#include <vector>

namespace event_book {

// The rows from `first` to before `last`, the value of the question, and where its answer goes.
struct Asked {
    const Event* first;
    const Event* last;
    std::uint32_t value;
    std::uint64_t* answer;
};

std::uint32_t end_of(const Event& event) { return event.start + event.length; }

// The first row that starts at or after a minute.
const Event* first_from(const Event* first, const Event* last, std::uint32_t minute) {
    return std::lower_bound(first, last, minute,
                            [](const Event& event, std::uint32_t bound) { return event.start < bound; });
}

// The sum of place times weight over the beginnings within some minutes, in order of minute and row.
void order_beginnings(const Book&, const std::vector<Asked>& asked) {
    using Entry = std::pair<std::uint32_t, const Event*>;
    for (const auto& [first, last, minutes, answer] : asked) {
        std::priority_queue<Entry, std::vector<Entry>, std::greater<>> next;
        for (const Event* event = first; event != last; ++event) {
            next.emplace(event->start, event);
        }
        std::uint64_t sum = 0, place = 0;
        while (!next.empty() && next.top().first - first->start < minutes) {
            const auto [minute, event] = next.top();
            next.pop();
            sum += ++place * event->weight;
            next.emplace(minute + event->period, event);
        }
        *answer = sum;
    }
}

// The first minute at which two events both begin, of which the later one starts no earlier; 0 without.
std::uint64_t first_meeting(const Event& earlier, const Event& later) {
    const std::uint32_t apart = later.start - earlier.start;
    if (apart % std::gcd(earlier.period, later.period) != 0) return 0;
    const std::uint32_t step = later.period % earlier.period;
    std::uint32_t past = apart % earlier.period;
    std::uint64_t minute = later.start;
    while (past != 0) {
        minute += later.period;
        past += step;
        if (past >= earlier.period) past -= earlier.period;
    }
    return minute;
}

// The sum of the first minutes at which a row and the row after it both begin.
void sum_meetings(const Book&, const std::vector<Asked>& asked) {
    for (const auto& [first, last, value, answer] : asked) {
        std::uint64_t sum = 0;
        for (const Event* event = first; event != last && event + 1 != last && event + 2 != last; ++event) {
            sum += first_meeting(event[0], event[1]);
        }
        *answer = sum;
    }
}

// The greatest number of events of which each follows the one before and weighs more.
void measure_chains(const Book& book, const std::vector<Asked>& asked) {
    std::vector<std::uint32_t> chains(book.count);
    for (const auto& [first, last, value, answer] : asked) {
        std::uint32_t longest = 0;
        for (const Event* event = first; event != last; ++event) {
            std::uint32_t before = 0;
            for (const Event* other = first; other != event; ++other) {
                const bool fits = (other->weight < event->weight) & (end_of(*other) <= event->start);
                before = std::max(before, fits * chains[other - first]);
            }
            chains[event - first] = before + 1;
            longest = std::max(longest, before + 1);
        }
        *answer = longest;
    }
}

// 512 times the year plus 32 times the month plus the day, of a day that counts from 0 on 1 January 1970.
std::uint64_t date_of(std::uint32_t day) {
    constexpr std::array<std::uint32_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    std::uint32_t year = 1970, month = 0;
    const auto leap = [&] { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); };
    for (; day >= 365u + leap(); ++year) day -= 365u + leap();
    for (; day >= kDays[month] + (month == 1 && leap()); ++month) {
        day -= kDays[month] + (month == 1 && leap());
    }
    return 512 * year + 32 * (month + 1) + day + 1;
}

// The sum of weight times date on the day of a later beginning.
void sum_dates(const Book&, const std::vector<Asked>& asked) {
    for (const auto& [first, last, number, answer] : asked) {
        std::uint64_t sum = 0;
        for (const Event* event = first; event != last; ++event) {
            sum += event->weight * date_of((event->start + number * event->period) / 1440);
        }
        *answer = sum;
    }
}

// The sum of the squares of the weight that runs at a later beginning of each event.
void square_loads(const Book&, const std::vector<Asked>& asked) {
    for (const auto& [first, last, number, answer] : asked) {
        std::uint32_t longest = 0;
        for (const Event* event = first; event != last; ++event) {
            longest = std::max<std::uint32_t>(longest, event->length);
        }
        std::uint64_t sum = 0;
        for (const Event* event = first; event != last; ++event) {
            const std::uint32_t minute = event->start + number * event->period;
            const Event* from = first_from(first, last, minute - std::min(minute, longest));
            std::uint64_t load = 0;
            for (const Event* other = from; other != last && other->start <= minute; ++other) {
                load += (end_of(*other) > minute) * other->weight;
            }
            sum += load * load;
        }
        *answer = sum;
    }
}

// The sum of the numbers of different lanes among a row and later ones that start while it runs.
void count_lanes(const Book&, const std::vector<Asked>& asked) {
    for (const auto& [first, last, value, answer] : asked) {
        std::array<const Event*, kLanes> seen{};
        std::uint64_t count = 0;
        for (const Event* event = first; event != last; ++event) {
            const Event* end = first_from(event, last, end_of(*event));
            for (const Event* other = event; other != end; ++other) {
                count += seen[other->lane] != event;
                seen[other->lane] = event;
            }
        }
        *answer = count;
    }
}

// The sum of products of weights over pairs of rows of which the later one ends no later.
void sum_nested(const Book&, const std::vector<Asked>& asked) {
    for (const auto& [first, last, value, answer] : asked) {
        std::uint64_t sum = 0;
        for (const Event* event = first; event != last; ++event) {
            const Event* end = first_from(event, last, end_of(*event));
            std::uint64_t inner = 0;
            for (const Event* other = event + 1; other != end; ++other) {
                inner += (end_of(*other) <= end_of(*event)) * other->weight;
            }
            sum += inner * event->weight;
        }
        *answer = sum;
    }
}

// The number of minutes in which an event of a lane runs.
void count_busy(const Book&, const std::vector<Asked>& asked) {
    for (const auto& [first, last, lane, answer] : asked) {
        std::uint64_t minutes = 0;
        std::uint32_t reached = 0;
        for (const Event* event = first; event != last; ++event) {
            if (event->lane == lane && end_of(*event) > reached) {
                minutes += end_of(*event) - std::max(event->start, reached);
                reached = end_of(*event);
            }
        }
        *answer = minutes;
    }
}

// The sum of the minutes from each end to the next start in the lane or a lane beside it.
void sum_idle(const Book&, const std::vector<Asked>& asked) {
    for (const auto& [first, last, value, answer] : asked) {
        std::uint64_t minutes = 0;
        for (const Event* event = first; event != last; ++event) {
            const Event* next = first_from(event, last, end_of(*event));
            while (next != last && std::abs(next->lane - event->lane) > 1) {
                ++next;
            }
            if (next != last) minutes += next->start - end_of(*event);
        }
        *answer = minutes;
    }
}

// The sum of weight times minutes until an event is served, where the desk moves on from lane to lane.
void serve_events(const Book&, const std::vector<Asked>& asked) {
    std::vector<Event> started;
    for (const auto& [first, last, value, answer] : asked) {
        std::uint64_t sum = 0, minute = 0;
        std::uint32_t lane = 0;
        for (const Event* event = first; event != last || !started.empty();) {
            if (started.empty()) minute = std::max<std::uint64_t>(minute, event->start);
            for (; event != last && event->start <= minute; ++event) {
                started.push_back(*event);
            }
            const auto taken = std::min_element(
                started.begin(), started.end(), [&](const Event& one, const Event& other) {
                    if (one.lane == other.lane) return one.length < other.length;
                    return (one.lane - lane) % kLanes < (other.lane - lane) % kLanes;
                });
            sum += taken->weight * (minute - taken->start);
            minute += taken->length;
            lane = taken->lane;
            started.erase(taken);
        }
        *answer = sum;
    }
}

using Answer = void (*)(const Book&, const std::vector<Asked>&);

constexpr std::array<Answer, kKinds> kAnswers = {
    order_beginnings, sum_meetings, measure_chains, sum_dates, square_loads,
    count_lanes,      sum_nested,   count_busy,     sum_idle,  serve_events,
};

}  // namespace event_book

extern "C" void answer_book(const Book& book, const Question* questions, std::size_t count,
                            std::uint64_t* answers) {
    std::array<std::vector<event_book::Asked>, kKinds> asked;
    for (std::size_t i = 0; i < count; ++i) {
        const Question& question = questions[i];
        asked[question.kind].push_back(
            {book.events + question.first, book.events + question.last, question.value, &answers[i]});
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        if (!asked[kind].empty()) {
            event_book::kAnswers[kind](book, asked[kind]);
        }
    }
}
