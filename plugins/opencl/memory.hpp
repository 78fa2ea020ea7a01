// SPDX-License-Identifier: Apache-2.0
// Device memory, counted: drivers that lend host memory promise more than there is.
#pragma once

#include <cstdint>
#include <memory>

#include "api.hpp"

namespace assay::opencl {

/// How much of a device's memory its buffers hold, in bytes.
struct Ledger {
    std::uint64_t total = 0, largest = 0, used = 0;
};

class DeviceBuffer final : public sdk::Buffer {
public:
    /// Throws NO_DEVICE_MEMORY when it is more than one buffer may have, or more than is left.
    DeviceBuffer(cl_context context, std::shared_ptr<Ledger> ledger, std::uint64_t bytes);
    ~DeviceBuffer() override { ledger_->used -= bytes_; }

    cl_mem get() const { return memory_.get(); }
    std::uint64_t bytes() const { return bytes_; }
    /// Throws INVALID unless [offset, offset + size) lies within.
    void require_range(std::uint64_t offset, std::uint64_t size) const;

private:
    std::shared_ptr<Ledger> ledger_;
    std::uint64_t bytes_;
    Memory memory_;
};

inline DeviceBuffer& device_buffer(sdk::Buffer& buffer) {
    return static_cast<DeviceBuffer&>(buffer);
}

}  // namespace assay::opencl
