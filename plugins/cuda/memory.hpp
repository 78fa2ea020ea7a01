// SPDX-License-Identifier: Apache-2.0
// Memory of a device, pinned memory of the host, and memory that both see.
#pragma once

#include <cstdint>

#include "api.hpp"

namespace assay::cuda {

/// Memory of the host that the device sees too. Throws NO_HOST_MEMORY.
PinnedMemory pinned_memory(std::uint64_t bytes);

class Memory final : public sdk::Buffer {
public:
    /// kind: ASSAY_MEM_*. Throws NO_DEVICE_MEMORY, NO_HOST_MEMORY, or UNSUPPORTED for a kind that
    /// the device has not.
    Memory(int device, std::uint64_t bytes, int kind);

    /// Null for device memory.
    void* host_pointer() override { return kind_ == ASSAY_MEM_DEVICE ? nullptr : address(); }
    /// One address for both sides (unified addressing, which 64-bit Linux always has).
    void* address() override { return pinned_ ? pinned_.get() : device_.get(); }
    std::uint64_t bytes() const { return bytes_; }
    /// The address of [offset, offset + size). Throws INVALID unless it lies within.
    char* range(std::uint64_t offset, std::uint64_t size);

private:
    std::uint64_t bytes_;
    int kind_;
    DeviceMemory device_;
    PinnedMemory pinned_;
};

inline Memory& memory_of(sdk::Buffer& buffer) {
    return static_cast<Memory&>(buffer);
}

}  // namespace assay::cuda
