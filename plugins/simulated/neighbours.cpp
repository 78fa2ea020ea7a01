// SPDX-License-Identifier: Apache-2.0
#include "plugins/simulated/neighbours.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "assay/sdk.hpp"

namespace simulated {
namespace {

namespace sdk = assay::sdk;

// chosen: longer than a process that is due waits for a CPU of a busy machine, mostly
constexpr std::uint64_t grace_ns = 20000000;

[[noreturn]] void refuse(const std::string& file) {
    sdk::fail(ASSAY_ERR_INVALID, "option neighbours: %s: %s", file.c_str(), std::strerror(errno));
}

}  // namespace

Neighbours::Neighbours(const std::string& file, std::uint32_t index) : index_(index) {
    if (file.empty()) return;
    static_assert(Stamp::is_always_lock_free, "processes share no locks");
    const int opened = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (opened < 0) refuse(file);
    constexpr std::size_t bytes = most * sizeof(Stamp);
    void* seen = MAP_FAILED;
    if (ftruncate(opened, bytes) == 0) {
        seen = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
    }
    if (seen == MAP_FAILED) {
        const int why = errno;
        close(opened);
        errno = why;
        refuse(file);
    }
    close(opened);
    busy_until_ns_ = static_cast<Stamp*>(seen);  // all zeros in a new file: never busy
}

Neighbours::~Neighbours() {
    if (busy_until_ns_ != nullptr) munmap(busy_until_ns_, most * sizeof(Stamp));
}

int Neighbours::busy(std::uint64_t now_ns) const {
    int count = 0;
    for (std::uint32_t i = 0; busy_until_ns_ != nullptr && i < most; ++i) {
        if (i != index_ && busy_until_ns_[i] + grace_ns > now_ns) ++count;
    }
    return count;
}

void Neighbours::tell(std::uint64_t busy_until_ns) {
    if (busy_until_ns_ != nullptr) busy_until_ns_[index_] = busy_until_ns;
}

}  // namespace simulated
