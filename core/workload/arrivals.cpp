// SPDX-License-Identifier: Apache-2.0
#include "core/workload/arrivals.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>

#include "core/base/random.hpp"
#include "core/base/sha256.hpp"

namespace assay {
namespace {

constexpr std::uint64_t arrivals_stream = 0x6172726976616c73;  // "arrivals"

/// Uniform on (0, 1), never 0 or 1: (w + 0.5) / 2^52 of the upper 52 bits is exact in double.
/// 32 bits would do for a rate, but not for the longest gap among millions.
double fine_uniform(std::uint64_t word) {
    return (static_cast<double>(word >> 12U) + 0.5) * 0x1p-52;
}

/// The stream's words by two, the lower one first, taken in blocks.
class Words {
public:
    explicit Words(std::uint64_t seed) : seed_(seed) {}
    std::uint64_t next64() {
        if (at_ == words_.size()) {
            random_words(seed_, arrivals_stream, first_, words_);
            first_ += words_.size();
            at_ = 0;
        }
        const std::uint64_t low = words_[at_], high = words_[at_ + 1];
        at_ += 2;
        return low | high << 32U;
    }

private:
    std::uint64_t seed_, first_ = 0;
    std::array<std::uint32_t, 256> words_{};
    std::size_t at_ = words_.size();
};

}  // namespace

Arrivals poisson_arrivals(const PoissonLoad& load) {
    Words words(load.seed);
    Arrivals offsets;
    offsets.reserve(static_cast<std::size_t>(std::max<std::int64_t>(load.min_queries, 0)));
    const double mean_ns = 1e9 / load.rate, least_ns = 1e9 * load.min_seconds;
    double gaps = 0, offset = 0;  // gaps: in units of the mean
    while (std::ssize(offsets) < load.min_queries || offset < least_ns) {
        gaps -= portable_log(fine_uniform(words.next64()));
        offset = gaps * mean_ns;
        if (!(offset >= 0 && offset < 0x1p53))
            throw std::invalid_argument("poisson_arrivals: rate too low");
        offsets.push_back(static_cast<std::int64_t>(offset));
    }
    return offsets;
}

Arrivals burst_arrivals(std::int64_t queries, std::int64_t burst, std::int64_t interval_ns) {
    Arrivals offsets;
    offsets.reserve(static_cast<std::size_t>(queries));
    for (std::int64_t i = 0; i < queries; ++i) offsets.push_back(i / burst * interval_ns);
    return offsets;
}

std::string schedule_hash(std::span<const std::int64_t> offsets_ns) {
    std::string bytes;
    bytes.reserve(8 * offsets_ns.size());
    for (const std::int64_t offset : offsets_ns) {
        for (unsigned shift = 0; shift < 64; shift += 8) {
            bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(offset) >> shift & 0xffU));
        }
    }
    return sha256_hex(bytes);
}

}  // namespace assay
