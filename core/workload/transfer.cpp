// SPDX-License-Identifier: Apache-2.0
#include "core/workload/transfer.hpp"

#include <array>

#include <fmt/format.h>

namespace assay {
namespace {

using namespace std::string_view_literals;

constexpr std::array direction_names = {"to_device"sv, "from_device"sv};
constexpr std::int64_t most_bytes = std::int64_t{1} << 40U;  // chosen: as of a [[memory]] table

}  // namespace

template <>
std::span<const std::string_view> names<Way>() {
    return direction_names;
}

std::string_view name(Way way) {
    return direction_names.at(static_cast<std::size_t>(way));
}

std::string short_name(const Transfer& transfer) {
    return fmt::format("{} {} B", name(transfer.direction), transfer.bytes);
}

std::string invalid(const Transfer& transfer) {
    if (transfer.bytes > 0 && transfer.bytes <= most_bytes) return "";
    return fmt::format("a transfer of {} bytes: it must be from 1 to 2^40", transfer.bytes);
}

}  // namespace assay
