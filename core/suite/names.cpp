// SPDX-License-Identifier: Apache-2.0
#include "core/suite/names.hpp"

#include <array>

namespace assay {
namespace {

using namespace std::string_view_literals;

constexpr std::array measure_names = {"latency"sv, "throughput"sv};
constexpr std::array cache_names = {"hot"sv, "cold"sv, "weights-cold"sv};

}  // namespace

template <>
std::span<const std::string_view> names<Measure>() {
    return measure_names;
}

template <>
std::span<const std::string_view> names<CacheState>() {
    return cache_names;
}

std::string_view name(Measure measure) {
    return measure_names.at(static_cast<std::size_t>(measure));
}

std::string_view name(CacheState cache) {
    return cache_names.at(static_cast<std::size_t>(cache));
}

}  // namespace assay
