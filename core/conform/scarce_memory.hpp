// SPDX-License-Identifier: Apache-2.0
// A loaded library whose own calls of malloc, new and their kin fail when told to. Done in the
// library's table of imported functions (gABI 4.1, chapter 5, dynamic section), so that nobody
// else in the process goes short. Private to this folder.
#pragma once

#include <filesystem>

namespace assay {

class ScarceMemory {
public:
    /// Takes the place of the allocation functions that `library`, loaded already, imports.
    explicit ScarceMemory(const std::filesystem::path& library);
    ~ScarceMemory() { enough(); }
    ScarceMemory(const ScarceMemory&) = delete;
    ScarceMemory& operator=(const ScarceMemory&) = delete;

    /// How many imports were taken; 0: the library allocates nothing by itself.
    [[nodiscard]] int imports() const { return imports_; }

    /// From now on the `nth` allocation (from 1) fails and, with `for_good`, all after it.
    static void fail_at(int nth, bool for_good);
    /// Nothing fails any more; how many allocations there were since fail_at().
    static int enough();

private:
    int imports_ = 0;
};

}  // namespace assay
