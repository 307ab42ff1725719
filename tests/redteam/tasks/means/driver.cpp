// Request: doubles. Reply: a double per eight of them.
#include "aiopt.hpp"
#include "task.hpp"

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    std::vector<double> means(request.size / (8 * sizeof(double)), -1.0);
    group_means(reinterpret_cast<const double*>(request.data), means.size(), means.data());
    reply.put(means.data(), means.size() * sizeof(double));
}
