// What the program provides: plan_jobs(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// The job `after` needs what the job `before` makes; between two workers it is `delay` under way.
struct Link {
    std::uint32_t before;
    std::uint32_t after;
    std::uint32_t delay;
};

struct Jobs {
    const std::uint32_t* lengths;
    std::size_t count;
    const Link* links;
    std::size_t link_count;
};

// Where and when a job runs: from `start` on, for as long as it is.
struct Slot {
    std::uint32_t worker;
    std::uint32_t start;
};

// Writes one slots[i] for each job i; workers are numbered from 0.
extern "C" void plan_jobs(Jobs jobs, std::uint32_t workers, Slot* slots);
