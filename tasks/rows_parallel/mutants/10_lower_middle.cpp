// Wrong: Of an even number of plans, the lower one is the middle.
// Settles sheets of repayment plans: how long each plan takes and what interest it bears.
#include "task.hpp"

#include <algorithm>
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

Row settle_row(const Plan* plans, std::size_t count, std::uint64_t levy) {
    Row row = {};
    std::vector<std::uint32_t> periods;
    for (std::size_t i = 0; i < count; ++i) {
        Course course = follow(plans[i], levy);
        row.interest += course.interest;
        row.left += course.left;
        row.stuck += course.stuck ? 1 : 0;
        periods.push_back(course.periods);
    }
    std::sort(periods.begin(), periods.end());
    row.middle = count == 0 ? 0 : periods[(count - 1) / 2];
    return row;
}

// What the workers have in common: the sheets, the rows and where they meet.
struct Work {
    const Sheet* sheets;
    std::size_t sheet_count;
    unsigned crew;
    Row* rows;
    Meeting meeting;
};

// Settles this worker's part of each sheet; all parts have equally many rows.
void settle_parts(Work& work, unsigned worker) {
    std::uint64_t levy = 0;
    Row* rows = work.rows;
    for (std::size_t s = 0; s < work.sheet_count; ++s) {
        const Sheet& sheet = work.sheets[s];
        std::size_t first = sheet.row_count * worker / work.crew;
        std::size_t last = sheet.row_count * (worker + 1) / work.crew;
        for (std::size_t i = first; i < last; ++i) {
            std::uint32_t start = sheet.starts[i];
            rows[i] = settle_row(sheet.plans + start, sheet.starts[i + 1] - start, levy);
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
    Work work{sheets, sheet_count, crew, rows, Meeting(crew)};
    std::vector<std::thread> others;
    for (unsigned worker = 1; worker < crew; ++worker) {
        others.emplace_back(settle_parts, std::ref(work), worker);
    }
    settle_parts(work, 0);
    for (std::thread& other : others) {
        other.join();
    }
}
