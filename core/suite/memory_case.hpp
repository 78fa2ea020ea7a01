// SPDX-License-Identifier: Apache-2.0
// [[memory]]: how fast the device reaches its memory, as an operator over data that rotates, and
// how fast data comes and goes. What makes rows a fraction of it is core/result/roofs.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/workload/words.hpp"
#include "core/workload/workload.hpp"

namespace assay {

/// read: the sums of rows. copy: a slice that is the whole. add: a = b + c. STREAM's kernels, but
/// that nothing is scaled (McCalpin 1995), and that writes are counted once: a device that reads a
/// line before it writes it moves more than is counted. to_device, from_device: between the host's
/// memory and the device's own.
enum class MemoryAccess : std::uint8_t { read, copy, add, to_device, from_device };
std::string_view name(MemoryAccess access);
template <>
std::span<const std::string_view> names<MemoryAccess>();

/// `bytes` is a whole number of these.
inline constexpr std::int64_t memory_row_bytes = 16384;

/// Tensors of f32, `bytes` each, in rows of memory_row_bytes; or so many bytes on their way.
Workload memory_work(MemoryAccess access, std::int64_t bytes);

}  // namespace assay
