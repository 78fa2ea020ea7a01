// SPDX-License-Identifier: Apache-2.0
// See memory.hpp.
#include "memory.hpp"

#include <algorithm>

namespace assay::opencl {
namespace {

unsigned long long plain(std::uint64_t bytes) {
    return bytes;
}

/// Throws, or counts the bytes and says how many.
std::uint64_t book(Ledger& ledger, std::uint64_t bytes) {
    if (bytes > ledger.largest) {
        sdk::fail(ASSAY_ERR_NO_DEVICE_MEMORY,
                  "a buffer of %llu bytes: this device gives at most %llu in one piece",
                  plain(bytes), plain(ledger.largest));
    }
    if (bytes > ledger.total - ledger.used) {
        sdk::fail(ASSAY_ERR_NO_DEVICE_MEMORY, "%llu bytes are not free of %llu", plain(bytes),
                  plain(ledger.total));
    }
    return bytes;
}

Memory allocate(cl_context context, std::uint64_t bytes) {
    cl_int status = CL_SUCCESS;
    const auto size = static_cast<std::size_t>(std::max<std::uint64_t>(bytes, 1));
    Memory memory(clCreateBuffer(context, CL_MEM_READ_WRITE, size, nullptr, &status));
    check(status, "clCreateBuffer");
    return memory;
}

}  // namespace

DeviceBuffer::DeviceBuffer(cl_context context, std::shared_ptr<Ledger> ledger, std::uint64_t bytes)
    : ledger_(std::move(ledger)),
      bytes_(book(*ledger_, bytes)),
      memory_(allocate(context, bytes_)) {
    ledger_->used += bytes_;
}

void DeviceBuffer::require_range(std::uint64_t offset, std::uint64_t size) const {
    if (offset > bytes_ || size > bytes_ - offset) {
        sdk::fail(ASSAY_ERR_INVALID, "bytes %llu to %llu leave a buffer of %llu", plain(offset),
                  plain(offset + size), plain(bytes_));
    }
}

}  // namespace assay::opencl
