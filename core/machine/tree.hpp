// SPDX-License-Identifier: Apache-2.0
// The kernel's small files below a root folder. What is missing or unreadable reads as nothing:
// containers hide some, and no kernel has all of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

class Tree {
public:
    explicit Tree(std::filesystem::path root) : root_(std::move(root)) {}

    /// The whole file without blanks and zero bytes at its ends; "" when it cannot be read.
    [[nodiscard]] std::string text(const std::filesystem::path& path) const;
    /// Its leading decimal number; 0 when there is none.
    [[nodiscard]] std::uint64_t number(const std::filesystem::path& path) const;
    /// The value of the first line "key<separator>value"; "" when there is none.
    [[nodiscard]] std::string value(const std::filesystem::path& path, std::string_view key,
                                    char separator) const;
    [[nodiscard]] bool exists(const std::filesystem::path& path) const;
    /// The names in a folder, sorted; none when it cannot be read.
    [[nodiscard]] std::set<std::string> names(const std::filesystem::path& folder) const;

    /// True for the machine itself: only then system calls may stand in for files.
    [[nodiscard]] bool is_real() const { return root_ == "/"; }

private:
    [[nodiscard]] std::filesystem::path below(const std::filesystem::path& path) const;

    std::filesystem::path root_;
};

/// The numbers of a kernel list "0-3,8,10-11"; what is no list is skipped. At most 65,536.
std::vector<int> numbers_of_list(std::string_view list);

/// The number at the start of `text`; 0 when there is none.
std::uint64_t leading_number(std::string_view text);

}  // namespace assay
