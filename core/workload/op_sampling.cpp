// SPDX-License-Identifier: Apache-2.0
#include "core/workload/op_sampling.hpp"

#include <algorithm>
#include <set>

namespace assay {

namespace {

// Chosen: about 50 ms here, decoding included.
constexpr double budget = 0x1p23;
constexpr std::uint64_t least_parts = 16, most_parts = 1U << 15U, most_corners = 64,
                        most_notable = 512;

/// Positions along one dimension, each as often as any other, in random order.
class Spread {
public:
    Spread(std::int64_t size, std::uint64_t count)
        : size_(static_cast<std::uint32_t>(size)), permute_(size_ <= count) {}

    std::int64_t next(Random& random) {
        if (!permute_) return random.below(size_);
        if (at_ == order_.size()) {
            order_ = permutation(size_, random);
            at_ = 0;
        }
        return order_[at_++];
    }

private:
    std::uint32_t size_;
    bool permute_;
    std::vector<std::uint32_t> order_;
    std::size_t at_ = 0;
};

void add_corners(const Shape& dims, std::set<std::uint64_t>& parts) {
    const std::uint64_t corners = std::min(most_corners, std::uint64_t{1} << dims.size());
    for (std::uint64_t corner = 0; corner < corners; ++corner) {
        Position at{};
        for (std::size_t i = 0; i < dims.size(); ++i) {
            if ((corner >> i & 1U) != 0) at.at(i) = dims[i] - 1;
        }
        parts.insert(index_of(at, dims));
    }
    parts.insert(static_cast<std::uint64_t>(element_count(dims)) - 1);
}

void add_spread(const Shape& dims, std::uint64_t count, Random& random,
                std::set<std::uint64_t>& parts) {
    std::vector<Spread> spreads;
    spreads.reserve(dims.size());
    for (const std::int64_t size : dims) spreads.emplace_back(size, count);
    for (std::uint64_t i = 0; i < count; ++i) {
        Position at{};
        for (std::size_t d = 0; d < dims.size(); ++d) at.at(d) = spreads[d].next(random);
        parts.insert(index_of(at, dims));
    }
}

void add_notable(const Truth& truth, Random& random, std::set<std::uint64_t>& parts) {
    const std::vector<std::uint64_t> notable = truth.notable();
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(notable.size(), most_notable); ++i) {
        const auto any = random.below(static_cast<std::uint32_t>(notable.size()));
        parts.insert(notable.size() <= most_notable ? notable[i] : notable[any]);
    }
}

}  // namespace

bool compares_everything(const Truth& truth) {
    return static_cast<double>(element_count(truth.parts())) * truth.cost() <= budget;
}

std::vector<std::uint64_t> sample_parts(const Truth& truth, Random& random) {
    const auto count = static_cast<std::uint64_t>(element_count(truth.parts()));
    std::vector<std::uint64_t> all;
    if (compares_everything(truth)) {
        for (std::uint64_t i = 0; i < count; ++i) all.push_back(i);
        return all;
    }
    std::set<std::uint64_t> parts;
    add_corners(truth.parts(), parts);
    add_notable(truth, random, parts);
    const auto affordable = static_cast<std::uint64_t>(budget / truth.cost());
    add_spread(truth.parts(), std::clamp(affordable, least_parts, most_parts), random, parts);
    return {parts.begin(), parts.end()};
}

}  // namespace assay
