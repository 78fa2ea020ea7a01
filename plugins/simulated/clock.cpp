// SPDX-License-Identifier: Apache-2.0
#include "plugins/simulated/clock.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <initializer_list>

#include "core/base/random.hpp"

namespace simulated {
namespace {

// chosen: noise never makes a duration shorter than this part of the typical one
constexpr double least_factor = 0.05;

template <class Words>
std::uint64_t fold_all(const Words& words) {
    std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a, 64 bits
    for (const std::uint64_t word : words) {
        for (int byte = 0; byte < 8; ++byte) {
            hash = (hash ^ (word >> (8 * byte) & 0xff)) * 0x100000001b3u;
        }
    }
    return hash;
}

std::uint64_t fold(std::initializer_list<std::uint64_t> words) {
    return fold_all(words);
}

std::uint64_t u64(std::int64_t value) {
    return static_cast<std::uint64_t>(value);
}

double normal_at(const Timing& timing, std::uint64_t stream, std::uint64_t i) {
    return assay::normal_from(assay::random_word(timing.seed, stream, i));
}

/// Standard normal, or Student's t with three degrees of freedom over sqrt(3): sd 1 as well.
double process_noise(const Timing& timing, std::uint64_t stream) {
    const double normal = normal_at(timing, stream, 0);
    if (timing.process_noise == ProcessNoise::lognormal) return normal;
    double squares = 0;
    for (const std::uint64_t i : {2, 3, 4}) squares += std::pow(normal_at(timing, stream, i), 2);
    return normal / std::sqrt(squares);
}

/// How this pass differs from the others.
double pass_factor(const Timing& timing, std::uint64_t stream) {
    const std::uint64_t of_pass = ~stream;  // not the stream of the invocations
    const double normal = process_noise(timing, of_pass);
    const double uniform = assay::uniform_from(assay::random_word(timing.seed, of_pass, 1));
    const double gap = uniform < timing.process_bimodal ? 1 + timing.process_gap : 1;
    return std::exp(timing.process_sigma * normal) * gap;
}

}  // namespace

std::uint64_t hash_of(const assay::sdk::Matmul& shape) {
    const std::uint64_t flags = (shape.transpose_a ? 1u : 0u) + (shape.transpose_b ? 2u : 0u) +
                                (shape.bias.present() ? 4u : 0u) + (shape.c.present() ? 8u : 0u);
    return fold({u64(shape.m), u64(shape.n), u64(shape.k), u64(shape.batch), u64(shape.a.dtype),
                 u64(shape.b.dtype), u64(shape.d.dtype), u64(shape.activation), flags});
}

std::uint64_t hash_of(const std::vector<std::uint64_t>& words) {
    return fold_all(words);
}

std::uint64_t current_pass() {
    const char* text = std::getenv("ASSAY_PASS");
    return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

Timeline::Timeline(const Timing& timing, const Work& work)
    : timing_(timing), stream_(fold({work.shape_hash, work.pass, work.device})) {
    const double nominal =
        timing.median_ns > 0 ? timing.median_ns : work.flop / timing.gflops + timing.launch_ns;
    typical_ns_ = nominal * pass_factor(timing, stream_);
}

double Timeline::next() {
    const double normal = assay::normal_from(assay::random_word(timing_.seed, stream_, 2 * index_));
    const double uniform =
        assay::uniform_from(assay::random_word(timing_.seed, stream_, 2 * index_ + 1));
    const double factor = std::max(noise_factor(normal, uniform), least_factor) * trend_factor();
    ++index_;
    return std::max(typical_ns_ * factor, 1e-3);
}

double Timeline::noise_factor(double normal, double uniform) {
    const double plain = 1 + timing_.sigma * normal;
    switch (timing_.noise) {
        case Noise::none:
            return 1;
        case Noise::normal:
            return plain;
        case Noise::lognormal:
            return std::exp(timing_.sigma * normal);
        case Noise::bimodal:
            return plain + (uniform < timing_.bimodal_fraction ? timing_.bimodal_gap : 0);
        case Noise::outliers:
            return plain * (uniform < timing_.outlier_fraction ? timing_.outlier_scale : 1);
        case Noise::ar1:
            // Stationary from the start: the first value has the variance of all the others.
            previous_ = index_ == 0 ? normal
                                    : timing_.phi * previous_ +
                                          std::sqrt(1 - timing_.phi * timing_.phi) * normal;
            return 1 + timing_.sigma * previous_;
    }
    return 1;
}

double Timeline::trend_factor() const {
    const auto i = static_cast<double>(index_);
    const double warm = 1 + timing_.warmup_extra * std::exp(-i / timing_.warmup_tau);
    const double drift = std::max(1 + timing_.drift * i / 1000, least_factor);
    const bool throttled = timing_.throttle_at > 0 && i + 1 >= double(timing_.throttle_at);
    return warm * drift * (throttled ? timing_.throttle_factor : 1);
}

}  // namespace simulated
