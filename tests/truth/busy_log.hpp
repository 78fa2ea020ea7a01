// SPDX-License-Identifier: Apache-2.0
// The side channel of the busy plugin: a file of 64-bit words that both it and a test map. Word 0
// counts the calls, word i is how many ticks of the counter call i was busy. Host memory of one
// machine, not a format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace assay::truth {

class BusyLog {
public:
    /// Maps the whole file, present in memory: a page fault in a timed call would be a lie.
    /// Throws std::runtime_error when it cannot.
    explicit BusyLog(const std::string& path) {
        const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
        if (file < 0) throw std::runtime_error(path + ": cannot be opened");
        const off_t size = lseek(file, 0, SEEK_END);
        words_ = static_cast<std::size_t>(size) / sizeof(std::uint64_t);
        void* at = words_ < 2 ? MAP_FAILED
                              : mmap(nullptr, bytes(), PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_POPULATE, file, 0);
        close(file);
        if (at == MAP_FAILED) throw std::runtime_error(path + ": cannot be mapped");
        at_ = static_cast<std::uint64_t*>(at);
    }
    ~BusyLog() { munmap(at_, bytes()); }
    BusyLog(const BusyLog&) = delete;
    BusyLog& operator=(const BusyLog&) = delete;

    std::size_t calls() const { return at_[0]; }
    std::uint64_t operator[](std::size_t call) const { return at_[call + 1]; }
    void clear() { at_[0] = 0; }
    bool full() const { return at_[0] + 1 >= words_; }
    void add(std::uint64_t ticks) { at_[++at_[0]] = ticks; }

private:
    std::size_t bytes() const { return words_ * sizeof(std::uint64_t); }

    std::uint64_t* at_ = nullptr;
    std::size_t words_ = 0;
};

}  // namespace assay::truth
