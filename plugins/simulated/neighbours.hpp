// SPDX-License-Identifier: Apache-2.0
// Which other simulated devices are busy now, in whatever process: a file of one number for each,
// seen by all of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace simulated {

class Neighbours {
public:
    static constexpr std::uint32_t most = 8;  ///< as many devices as the plugin may have

    /// `file` is made where it is not there; "" is no neighbourhood. Throws sdk::Error.
    Neighbours(const std::string& file, std::uint32_t index);
    ~Neighbours();
    Neighbours(const Neighbours&) = delete;
    Neighbours& operator=(const Neighbours&) = delete;

    /// How many others are busy at this moment of the host's clock, or were just before: between
    /// two batches a device is idle for a moment.
    int busy(std::uint64_t now_ns) const;
    /// This one has work until then.
    void tell(std::uint64_t busy_until_ns);

private:
    using Stamp = std::atomic<std::uint64_t>;
    std::uint32_t index_;
    Stamp* busy_until_ns_ = nullptr;  ///< `most` of them, in shared memory
};

}  // namespace simulated
