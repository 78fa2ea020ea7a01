// SPDX-License-Identifier: Apache-2.0
// The machine as a whole: names, memory, firmware, kernel settings. The CPU is in processor.cpp,
// limits set from outside in confinement.cpp.
#include "core/machine/machine.hpp"

#include <algorithm>
#include <cstdlib>

#include <sys/utsname.h>

#include "core/base/text.hpp"
#include "core/machine/parts.hpp"

namespace assay {
namespace {

/// Fields that are the whole text of one file.
struct TextSource {
    std::string Machine::*field;
    const char* path;
};
constexpr TextSource text_sources[] = {
    {&Machine::host_name, "proc/sys/kernel/hostname"},
    {&Machine::kernel, "proc/sys/kernel/osrelease"},
    {&Machine::kernel_command_line, "proc/cmdline"},
    {&Machine::architecture, "proc/sys/kernel/arch"},
    {&Machine::clocksource, "sys/devices/system/clocksource/clocksource0/current_clocksource"},
    {&Machine::boot_id, "proc/sys/kernel/random/boot_id"},
};

std::string without_quotes(std::string text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
        return text.substr(1, text.size() - 2);
    }
    return text;
}

/// "always [madvise] never" is "madvise".
std::string bracketed(std::string_view text) {
    const std::size_t begin = text.find('['), end = text.find(']');
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return "";
    return std::string(text.substr(begin + 1, end - begin - 1));
}

/// Bytes of a line "MemTotal:  16384 kB".
std::uint64_t memory(const Tree& tree, std::string_view key) {
    return leading_number(tree.value("proc/meminfo", key, ':')) << 10U;
}

/// The texts of several DMI files with blanks between; "" without DMI.
std::string dmi(const Tree& tree, const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) {
        all += tree.text("sys/class/dmi/id/" + name) + " ";
    }
    return std::string(trim(all));
}

std::string product(const Tree& tree) {
    const std::string from_dmi = dmi(tree, {"sys_vendor", "product_name"});
    return from_dmi.empty() ? tree.text("proc/device-tree/model") : from_dmi;
}

/// Kernels before 6.1 have no file for it.
std::string machine_of_kernel() {
    utsname names{};
    return uname(&names) == 0 ? names.machine : "";
}

}  // namespace

std::uint64_t Machine::last_level_cache_bytes() const {
    std::uint64_t largest = 0;
    for (const Cache& cache : caches) largest = std::max(largest, cache.bytes);
    return largest;
}

Machine read_machine(const std::filesystem::path& root) {
    const Tree tree(root);
    Machine machine;
    for (const TextSource& source : text_sources) machine.*source.field = tree.text(source.path);
    if (machine.architecture.empty() && tree.is_real()) machine.architecture = machine_of_kernel();
    machine.os = without_quotes(tree.value("etc/os-release", "PRETTY_NAME", '='));
    machine.numa_nodes =
        static_cast<int>(numbers_of_list(tree.text("sys/devices/system/node/online")).size());
    machine.memory_bytes = memory(tree, "MemTotal");
    machine.swap_bytes = memory(tree, "SwapTotal");
    machine.transparent_hugepages =
        bracketed(tree.text("sys/kernel/mm/transparent_hugepage/enabled"));
    machine.product = product(tree);
    machine.bios = dmi(tree, {"bios_vendor", "bios_version", "bios_date"});
    machine.load_1min = std::strtod(tree.text("proc/loadavg").c_str(), nullptr);
    read_processor(tree, machine);
    read_confinement(tree, machine);
    return machine;
}

}  // namespace assay
