// Settles sheets of repayment plans: how long each plan takes and what interest it bears.
#include "task.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace {

// Where all workers wait for each other.
class Meeting {
public:
    explicit Meeting(unsigned members) : members_(members) {}

    void meet() {
        std::unique_lock<std::mutex> guard(mutex_);
        std::size_t round = round_;
        present_ += 1;
        if (present_ == members_) {
            present_ = 0;
            round_ += 1;
            complete_.notify_all();
        }
        while (round_ == round) {
            complete_.wait(guard);
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable complete_;
    unsigned members_;
    unsigned present_ = 0;
    std::size_t round_ = 0;
};

struct Course {
    std::uint32_t periods = 0;
    std::uint64_t interest = 0;
    std::uint64_t left = 0;
    bool stuck = false;
};

// Interest of a balance b is b * rate / basis, rounded down: the upper half of b * factor, if rate < basis. The factor
// is rate / basis * 2^64 rounded up; it is off by less than 1 / basis over all balances below 2^32.
std::uint64_t factor_of(std::uint64_t rate, std::uint32_t basis) {
    std::uint64_t upper = (rate << 32) / basis;
    std::uint64_t rest = (rate << 32) % basis;
    std::uint64_t lower = (rest << 32) / basis;
    std::uint64_t last = (rest << 32) % basis;
    return (upper << 32 | lower) + (last > 0 ? 1 : 0);
}

std::uint64_t upper_half(std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(a) * b >> 64);
}

// Whether the first interest is not below the payment. If it is below, so are all later ones: the balance falls.
bool is_stuck(const Plan& plan, std::uint64_t rate) {
    return plan.balance > 0 && plan.balance * rate / plan.basis >= plan.payment;
}

// Follows a plan period by period until it is paid off.
Course follow(const Plan& plan, std::uint64_t levy) {
    Course course;
    std::uint64_t rate = plan.rate + levy;
    std::uint64_t balance = plan.balance;
    while (balance > 0 && course.periods < kLongest) {
        std::uint64_t interest = balance * rate / plan.basis;
        if (interest >= plan.payment) {
            course.stuck = true;
            return course;
        }
        course.periods += 1;
        course.interest += interest;
        balance = balance + interest - std::min<std::uint64_t>(balance + interest, plan.payment);
    }
    course.left = balance;
    return course;
}

constexpr std::size_t kSide = 4;

// Plans that are followed side by side. A lane without a plan owes 1, bears no interest and pays nothing.
struct Lanes {
    std::uint64_t balance[kSide] = {1, 1, 1, 1};
    std::uint64_t interest[kSide] = {};
    std::uint64_t factor[kSide] = {};
    std::uint64_t payment[kSide] = {};
    std::uint64_t periods[kSide] = {};
    std::size_t plan[kSide] = {};
    bool taken[kSide] = {};
};

// Goes on by `most` periods at most, until a lane has nothing left; returns by how many.
std::uint64_t go_on(Lanes& lanes, std::uint64_t most) {
    Lanes now = lanes;
    std::uint64_t done = 0;
    bool through = false;
    while (done < most && !through) {
        for (std::size_t k = 0; k < kSide; ++k) {
            std::uint64_t interest = upper_half(now.balance[k], now.factor[k]);
            std::uint64_t owed = now.balance[k] + interest;
            now.interest[k] += interest;
            now.balance[k] = owed - std::min(owed, now.payment[k]);
            through = through || now.balance[k] == 0;
        }
        done += 1;
    }
    lanes = now;
    return done;
}

// Follows the plans of one row, four at a time.
class RowCourse {
public:
    RowCourse(const Plan* plans, std::size_t count, std::uint64_t levy)
        : plans_(plans), count_(count), levy_(levy), periods_(count) {}

    Row settle() {
        while (fill()) {
            std::uint64_t most = kLongest;
            for (std::size_t k = 0; k < kSide; ++k) {
                most = std::min(most, lanes_.taken[k] ? kLongest - lanes_.periods[k] : kLongest);
            }
            std::uint64_t done = go_on(lanes_, most);
            for (std::size_t k = 0; k < kSide; ++k) {
                lanes_.periods[k] += done;
                if (lanes_.taken[k] && (lanes_.balance[k] == 0 || lanes_.periods[k] == kLongest)) {
                    take_out(k);
                }
            }
        }
        std::sort(periods_.begin(), periods_.end());
        row_.middle = count_ == 0 ? 0 : periods_[count_ / 2];
        return row_;
    }

private:
    // Gives the lanes without a plan one each; returns whether any lane has one.
    bool fill() {
        bool any = false;
        for (std::size_t k = 0; k < kSide; ++k) {
            while (!lanes_.taken[k] && next_ < count_) {
                put_in(k, next_++);
            }
            any = any || lanes_.taken[k];
        }
        return any;
    }

    // Plans that bear more than they are worth are followed on their own, so that one product gives the interest.
    void put_in(std::size_t k, std::size_t i) {
        const Plan& plan = plans_[i];
        std::uint64_t rate = plan.rate + levy_;
        if (plan.balance == 0) {
            return;
        }
        if (is_stuck(plan, rate) || rate >= plan.basis) {
            Course course = follow(plan, levy_);
            row_.interest += course.interest;
            row_.left += course.left;
            row_.stuck += course.stuck ? 1 : 0;
            periods_[i] = course.periods;
            return;
        }
        lanes_.balance[k] = plan.balance;
        lanes_.interest[k] = 0;
        lanes_.factor[k] = factor_of(rate, plan.basis);
        lanes_.payment[k] = plan.payment;
        lanes_.periods[k] = 0;
        lanes_.plan[k] = i;
        lanes_.taken[k] = true;
    }

    void take_out(std::size_t k) {
        row_.interest += lanes_.interest[k];
        row_.left += lanes_.balance[k];
        periods_[lanes_.plan[k]] = static_cast<std::uint32_t>(lanes_.periods[k]);
        lanes_.balance[k] = 1;
        lanes_.factor[k] = 0;
        lanes_.payment[k] = 0;
        lanes_.taken[k] = false;
    }

    const Plan* plans_;
    std::size_t count_;
    std::uint64_t levy_;
    std::vector<std::uint32_t> periods_;
    std::size_t next_ = 0;
    Lanes lanes_;
    Row row_ = {};
};

// What the workers have in common: the sheets, the rows, where they meet and, by sheet, the next row to settle.
struct Work {
    const Sheet* sheets;
    std::size_t sheet_count;
    Row* rows;
    Meeting meeting;
    std::vector<std::atomic<std::size_t>> next;
};

// Settles rows of each sheet, whichever is next, for as long as there are any.
void settle_parts(Work& work) {
    std::uint64_t levy = 0;
    Row* rows = work.rows;
    for (std::size_t s = 0; s < work.sheet_count; ++s) {
        const Sheet& sheet = work.sheets[s];
        for (std::size_t i = work.next[s]++; i < sheet.row_count; i = work.next[s]++) {
            std::uint32_t start = sheet.starts[i];
            rows[i] = RowCourse(sheet.plans + start, sheet.starts[i + 1] - start, levy).settle();
        }
        work.meeting.meet();
        std::uint64_t interest = 0;
        for (std::size_t i = 0; i < sheet.row_count; ++i) {
            interest += rows[i].interest;
        }
        levy = interest % kLevies;
        rows += sheet.row_count;
    }
}

}  // namespace

extern "C" void settle_sheets(const Sheet* sheets, std::size_t sheet_count, unsigned crew, Row* rows) {
    Work work{sheets, sheet_count, rows, Meeting(crew), std::vector<std::atomic<std::size_t>>(sheet_count)};
    std::vector<std::thread> others;
    for (unsigned worker = 1; worker < crew; ++worker) {
        others.emplace_back(settle_parts, std::ref(work));
    }
    settle_parts(work);
    for (std::thread& other : others) {
        other.join();
    }
}
