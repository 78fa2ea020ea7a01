// SPDX-License-Identifier: Apache-2.0
// What --anonymous leaves out: everything that names a person, a host or one piece of hardware.
// What makes numbers comparable (models, versions, sizes, settings) stays.
#include "core/base/text.hpp"
#include "core/result/writer.hpp"

namespace assay {

namespace {

/// "/home/ada/lib/x.so" -> "x.so", "lib=/home/ada/x.so" -> "lib=x.so"; other text is unchanged.
/// A path is what contains a slash and starts (after '=' or ':') with '/', '~' or '.'.
std::string without_folders(const std::string& text) {
    const std::size_t slash = text.rfind('/');
    if (slash == std::string::npos) return text;
    std::size_t start = text.find_first_of("/~.");
    while (start != 0 && start < slash && text[start - 1] != '=' && text[start - 1] != ':' &&
           text[start - 1] != ',') {
        start = text.find_first_of("/~.", start + 1);
    }
    if (start == std::string::npos || start > slash) return text;
    return text.substr(0, start) + text.substr(slash + 1);
}

}  // namespace

RunRecord anonymous(RunRecord run) {
    run.anonymous = true;
    for (std::string* identifying : {&run.machine.host_name, &run.machine.boot_id,
                                     &run.machine.product, &run.machine.kernel_command_line}) {
        identifying->clear();
    }
    for (std::string& argument : run.command_line) argument = without_folders(argument);
    for (auto& [path, text] : run.suite.files) {
        if (path.starts_with('/') || path.starts_with('~')) path = without_folders(path);
    }
    for (Subject& subject : run.subjects) {
        subject.plugin.path = without_folders(subject.plugin.path);
        for (auto& [key, value] : subject.plugin.options) value = without_folders(value);
        subject.label = without_folders(subject.label);
        subject.device.id.clear();
        subject.device.pci_address.clear();
    }
    return run;
}

}  // namespace assay
