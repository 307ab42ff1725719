#include <cstdint>
#include <vector>

using Links = std::vector<std::vector<std::uint16_t>>;

// The search's end counts what was reached.
std::size_t counted(const Links& links, const std::vector<int>& grades, int grade) {
    std::vector<char> seen(links.size());
    std::vector<std::uint32_t> reached;
    reached.push_back(0);
    for (std::size_t i = 0; i < reached.size(); ++i) {
        const std::uint32_t from = reached[i];
        if (grades[from] == grade) {
            return reached.size();
        }
        for (const std::uint16_t place : links[from]) {
            if (seen[place]) continue;
            seen[place] = 1;
            reached.push_back(place);
        }
    }
    return 0;
}

// Marks are read after the search.
int marked(const Links& links, const std::vector<int>& grades, int grade) {
    std::vector<char> seen(links.size());
    std::vector<std::uint32_t> reached;
    reached.push_back(0);
    for (std::size_t i = 0; i < reached.size(); ++i) {
        const std::uint32_t from = reached[i];
        if (grades[from] == grade) {
            break;
        }
        for (const std::uint16_t place : links[from]) {
            if (seen[place]) continue;
            seen[place] = 1;
            reached.push_back(place);
        }
    }
    return seen[3];
}

// Marks stay from one search to the next.
int again(const Links& links, const std::vector<int>& grades) {
    std::vector<char> seen(links.size());
    std::vector<std::uint32_t> reached;
    int sum = 0;
    for (int grade = 0; grade < 3; ++grade) {
        reached.assign(1, grade);
        for (std::size_t i = 0; i < reached.size(); ++i) {
            const std::uint32_t from = reached[i];
            if (grades[from] == grade) {
                sum += from;
                break;
            }
            for (const std::uint16_t place : links[from]) {
                if (seen[place]) continue;
                seen[place] = 1;
                reached.push_back(place);
            }
        }
    }
    return sum;
}

// The test changes with what was reached.
int last(const Links& links) {
    std::vector<std::uint32_t> steps(links.size());
    std::vector<std::uint32_t> reached;
    reached.push_back(0);
    for (std::size_t i = 0; i < reached.size(); ++i) {
        const std::uint32_t from = reached[i];
        if (steps[from] == 3) {
            return from;
        }
        for (const std::uint16_t place : links[from]) {
            if (steps[place]) continue;
            steps[place] = steps[from] + 1;
            reached.push_back(place);
        }
    }
    return -1;
}

// Something else changes, too.
int looks(const Links& links, const std::vector<int>& grades, int grade, int& looked) {
    std::vector<char> seen(links.size());
    std::vector<std::uint32_t> reached;
    reached.push_back(0);
    for (std::size_t i = 0; i < reached.size(); ++i) {
        const std::uint32_t from = reached[i];
        if (grades[from] == grade) {
            return from;
        }
        for (const std::uint16_t place : links[from]) {
            if (seen[place]) continue;
            ++looked;
            seen[place] = 1;
            reached.push_back(place);
        }
    }
    return -1;
}
