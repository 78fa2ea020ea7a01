// SPDX-License-Identifier: Apache-2.0
// Copying between the host's memory and a device's own, as a workload: how fast data comes and
// goes. Not a device's copy within its memory: that is an operator (op.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "core/workload/names.hpp"

namespace assay {

enum class Way : std::uint8_t { to_device, from_device };
std::string_view name(Way way);
template <>
std::span<const std::string_view> names<Way>();

struct Transfer {
    Way direction = Way::to_device;
    std::int64_t bytes = 0;

    bool operator==(const Transfer&) const = default;
};

template <class Self, class Visitor>
void describe(Self& transfer,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Transfer> {
    field("direction", transfer.direction);
    field("bytes", transfer.bytes);
}

inline double flop(const Transfer& /*transfer*/) {
    return 0;
}
inline double least_bytes(const Transfer& transfer) {
    return static_cast<double>(transfer.bytes);
}
/// On the device.
inline std::uint64_t footprint_bytes(const Transfer& transfer) {
    return static_cast<std::uint64_t>(transfer.bytes);
}
/// "to_device 67108864 B".
std::string short_name(const Transfer& transfer);
/// "" when it makes sense, else what is wrong.
std::string invalid(const Transfer& transfer);

}  // namespace assay
