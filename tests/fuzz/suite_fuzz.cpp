// SPDX-License-Identifier: Apache-2.0
// A suite in TOML: loaded, expanded, and previewed.
#include "core/suite/profile.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/suite/folder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const assay::test::SuitesFolder folder;
    return assay::fuzz::attempt(data, size, [](const std::string& text) {
        const assay::Suite suite = assay::load_suite(folder.write("a.toml", text));
        assay::expected_seconds(suite, assay::find_profile("quick").value(), 2);
    });
}
