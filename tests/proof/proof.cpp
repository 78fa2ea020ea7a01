// SPDX-License-Identifier: Apache-2.0
// Whether wrong answers are refused and right ones are not: prints tables, and exits 3 when a fault
// is refused too rarely or an honest case is refused. Deterministic: seeds are fixed.
// docs/proof.md.
//   proof faults TRIALS | proof honest CASES | proof cost LARGEST | proof plugin FILE SUITE
#include "tests/proof/proof.hpp"

#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

int main(int count, char** words) {
    constexpr int usage = 2, finished_with_failures = 3;
    const std::string_view part = count == 3 ? words[1] : "";
    const int number = count == 3 ? std::atoi(words[2]) : 0;
    if (count == 4 && std::string_view(words[1]) == "plugin") {
        return proof::print_plugin(words[2], words[3]) > 0 ? finished_with_failures : 0;
    }
    if (number > 0) {
        if (part == "faults") return proof::print_faults(number) > 0 ? finished_with_failures : 0;
        if (part == "honest") return proof::print_honest(number) > 0 ? finished_with_failures : 0;
        if (part == "cost") return proof::print_cost(number);
    }
    fmt::print(stderr,
               "usage: proof faults TRIALS | proof honest CASES | proof cost LARGEST | "
               "proof plugin FILE SUITE\n");
    return usage;
}
