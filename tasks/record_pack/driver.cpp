// Request: u32 columns, then a form, a range and a size per column (u32 each), then the values of all (u32 each).
// Reply: the stream.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const auto* words = reinterpret_cast<const std::uint32_t*>(request.data);
    const std::size_t count = words[0];
    const std::uint32_t* values = words + 1 + 3 * count;
    std::vector<Column> columns(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t* head = words + 1 + 3 * i;
        columns[i] = {static_cast<Form>(head[0]), head[1], values, head[2]};
        values += head[2];
    }
    Bytes out;
    pack_columns(columns.data(), count, out);
    reply.put(out.data(), out.size());
}
