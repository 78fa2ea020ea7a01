// SPDX-License-Identifier: Apache-2.0
// What the file of a library says before it is loaded.
#include "core/conform/elf_facts.hpp"

#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"

using namespace assay;

namespace {

const std::filesystem::path folder{ASSAY_BROKEN_PLUGINS};

bool holds(const std::vector<std::string>& list, const std::string& wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

}  // namespace

TEST_CASE("a plain plugin exports its entry only and needs the C library", "[conform][elf]") {
    const ElfFacts facts = read_elf_facts(folder / "faulty.so");
    CHECK(holds(facts.exported, "assay_plugin_entry_v0"));
#ifndef __SANITIZE_ADDRESS__  // which exports symbols of its own
    CHECK(facts.exported.size() == 1);
#endif
    CHECK(holds(facts.needed, "libc.so.6"));
    CHECK(holds(facts.undefined, "free"));
    CHECK(std::any_of(facts.versions.begin(), facts.versions.end(),
                      [](const std::string& each) { return each.rfind("GLIBC_2.", 0) == 0; }));
    CHECK_FALSE(facts.executable_stack);
    CHECK_FALSE(facts.text_relocations);
}

TEST_CASE("what was linked otherwise is seen", "[conform][elf]") {
    CHECK(read_elf_facts(folder / "executable_stack.so").executable_stack);
    CHECK(holds(read_elf_facts(folder / "exports_more.so").exported, "vendor_version"));
    CHECK(holds(read_elf_facts(folder / "foreign_run_path.so").run_paths, "/home/somebody/lib"));
    CHECK(holds(read_elf_facts(folder / "missing_symbol.so").undefined, "vendor_gemm_v7"));
}

TEST_CASE("a file that is no plugin has no facts", "[conform][elf]") {
    CHECK_THROWS_AS(read_elf_facts("/etc/passwd"), Error);
    CHECK_THROWS_AS(read_elf_facts(folder / "no_such_file.so"), Error);
}
