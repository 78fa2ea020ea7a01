// SPDX-License-Identifier: Apache-2.0
// Reading the kernel's small files; formats as in the kernel's Documentation/ABI.
#include "core/machine/tree.hpp"

#include <algorithm>
#include <charconv>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/text.hpp"

namespace assay {

namespace fs = std::filesystem;

fs::path Tree::below(const fs::path& path) const {
    return root_ / path.relative_path();
}

std::string Tree::text(const fs::path& path) const {
    constexpr std::uint64_t most_bytes = 16U << 20U;  // /proc/cpuinfo of 4,096 CPUs has 6 MiB
    try {
        std::string all = read_file(below(path), most_bytes);
        std::erase(all, '\0');  // Device-tree strings end in one.
        return std::string(trim(all));
    } catch (const Error&) {
        return "";
    }
}

std::uint64_t Tree::number(const fs::path& path) const {
    return leading_number(text(path));
}

std::string Tree::value(const fs::path& path, std::string_view key, char separator) const {
    for (const std::string& line : split(text(path), '\n')) {
        const std::size_t end = line.find(separator);
        if (end == std::string::npos || trim(line.substr(0, end)) != key) continue;
        return std::string(trim(std::string_view(line).substr(end + 1)));
    }
    return "";
}

bool Tree::exists(const fs::path& path) const {
    std::error_code ignored;
    return fs::exists(below(path), ignored);
}

std::set<std::string> Tree::names(const fs::path& folder) const {
    const std::vector<std::string> all = names_in(below(folder));
    return {all.begin(), all.end()};
}

std::vector<int> numbers_of_list(std::string_view list) {
    constexpr std::uint64_t most = 65536;
    std::vector<int> numbers;
    for (const std::string& part : split(list, ',')) {
        if (trim(part).find_first_of("0123456789") != 0) continue;
        const std::vector<std::string> ends = split(part, '-');
        const std::uint64_t first = leading_number(trim(ends.front()));
        const std::uint64_t last = std::min(most, leading_number(trim(ends.back())));
        for (std::uint64_t n = first; n <= last && numbers.size() < most; ++n) {
            numbers.push_back(static_cast<int>(n));
        }
    }
    return numbers;
}

std::uint64_t leading_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return parsed.ec == std::errc() ? number : 0;
}

}  // namespace assay
