// SPDX-License-Identifier: Apache-2.0
// Reads pieces of a file whose offsets come from the file itself. For this folder and core/conform.
// Knows no ELF, only that nothing beyond the end is read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <type_traits>
#include <vector>

namespace assay {

/// Why a file is not a plugin: the clause that why_not_a_plugin returns.
struct Refusal {
    std::string why;
};

class FileBytes {
public:
    /// Throws Refusal when the file cannot be opened.
    explicit FileBytes(const std::filesystem::path& file);
    ~FileBytes();
    FileBytes(const FileBytes&) = delete;
    FileBytes& operator=(const FileBytes&) = delete;

    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// Throws Refusal "is cut short: WHAT at byte END, the file has SIZE" unless `length` bytes at
    /// `offset` lie in the file. what: "section headers end".
    void require_range(std::uint64_t offset, std::uint64_t length, const std::string& what) const;

    /// Reads `count` objects at `offset`.
    template <class T>
    [[nodiscard]] std::vector<T> read(std::uint64_t offset, std::uint64_t count,
                                      const std::string& what) const {
        static_assert(std::is_trivially_copyable_v<T>);
        require_count(count, sizeof(T), what);
        require_range(offset, count * sizeof(T), what);
        std::vector<T> objects(count);
        read_exactly(reinterpret_cast<char*>(objects.data()), count * sizeof(T), offset);
        return objects;
    }

private:
    static void require_count(std::uint64_t count, std::uint64_t size, const std::string& what);
    void read_exactly(char* to, std::uint64_t length, std::uint64_t offset) const;

    int descriptor_;
    std::uint64_t size_ = 0;
};

}  // namespace assay
