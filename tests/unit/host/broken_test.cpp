// SPDX-License-Identifier: Apache-2.0
// Each broken plugin gets one clear line that names its fault.
#include <catch2/catch.hpp>

#include "core/host/elf.hpp"
#include "core/host/plugin.hpp"
#include "tests/unit/host/files.hpp"

namespace {

using assay::Error;
using assay::Plugin;
using assay::test::broken;
using assay::test::TemporaryFolder;

std::string refusal(const std::filesystem::path& file) {
    try {
        const Plugin plugin = Plugin::load(file);
    } catch (const Error& error) {
        return error.what();
    }
    return "it was loaded";
}

struct Fault {
    const char* plugin;
    const char* message;
};

}  // namespace

TEST_CASE("a broken plugin is refused with one line that names its fault", "[host][broken]") {
    const Fault fault = GENERATE(values<Fault>({
        {"entry_v1", "speaks plugin ABI 1, this program speaks 0"},
        {"no_entry",
         "exports no assay_plugin_entry_v0, so it is not an Assay plugin (was it built with "
         "add_assay_plugin?)"},
        {"missing_symbol",
         "needs symbol vendor_gemm_v7 that no loaded library has (was it linked to its vendor "
         "library?)"},
        {"missing_library",
         "needs libassay_gone.so.1, which is not installed or not on the library path"},
        {"null_table", "gives no table (NULL)"},
        // 8 bytes of numbers, then 9 + 4 + 7 + 5 + 6 slots of 8 bytes up to and with enqueue
        {"short_table", "gives a table of 16 bytes, ABI 0 needs at least 256"},
        {"missing_slot", "gives a table without op_prepare, which is mandatory"},
        {"half_events",
         "gives a table without event_create but with other event functions: it needs all or "
         "none"},
        {"too_new", "is too new: needs host ABI 0.3, this is 0.1"},
        {"refusing_entry",
         "refuses: assay_plugin_entry_v0: no licence?[2J found (status DENIED, native 802)"},
        {"throwing_entry", "threw an exception across the C line: vendor runtime not initialised"},
    }));
    const auto file = broken(fault.plugin);
    CHECK(refusal(file) == file.string() + ": cannot be loaded: it " + fault.message);
}

TEST_CASE("a file that is no plugin is refused before it is opened", "[host][broken]") {
    const TemporaryFolder folder;
    const auto text = folder.file("text.so", "not a library\n");
    CHECK(refusal(text) == text.string() +
                               ": cannot be loaded: it is not a shared library (it begins with "
                               "text)");
    const auto missing = folder.path() / "none.so";
    CHECK(refusal(missing) == missing.string() + ": cannot be loaded: it does not exist");
}

TEST_CASE("a truncated plugin is refused before it is opened", "[host][broken]") {
    const TemporaryFolder folder;
    const std::string whole = assay::test::bytes_of(broken("no_device"));
    const auto cut = folder.file("cut.so", whole.substr(0, whole.size() / 2));
    CHECK_THAT(refusal(cut),
               Catch::StartsWith(cut.string() + ": cannot be loaded: it is cut short: section "
                                                "headers end at byte "));
}

TEST_CASE("a plugin is not used again after its shutdown", "[host][broken]") {
    const TemporaryFolder folder;
    const auto copy = folder.file("copy.so", assay::test::bytes_of(broken("no_device")));
    {
        const Plugin first = Plugin::load(copy);
        const Plugin second = Plugin::load(copy);  // while the first lives: allowed
        CHECK(&first.table() == &second.table());
    }
    CHECK(refusal(copy) == copy.string() +
                               ": cannot be loaded: it was shut down in this process, and a "
                               "plugin cannot be used after that");
}

TEST_CASE("a plugin without a device says so by a count of zero", "[host][broken]") {
    static const Plugin plugin = Plugin::load(broken("no_device"));
    CHECK(plugin.device_count() == 0);
    CHECK(plugin.options().empty());
    CHECK(plugin.record("no_device", {}).id == "org.assay.broken");
    CHECK_THROWS_WITH(plugin.device_record(0),
                      "device_get_info: this plugin is for tests (status UNSUPPORTED)");
}
