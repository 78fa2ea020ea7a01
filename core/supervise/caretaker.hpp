// SPDX-License-Identifier: Apache-2.0
// What belongs to the whole process and a plugin should leave as it is: the floating-point mode,
// locale, folder, mask of new files, signal handlers. Put back when it was changed, and told.
#pragma once

#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace assay {

class Caretaker {
public:
    /// Remembers what there is now.
    Caretaker();
    /// Puts back what arithmetic and the text of numbers hang on. No system call: before each turn.
    void look();
    /// Puts back the rest too, but leaves handlers alone: a library may need its own.
    void look_everywhere();
    /// One warning for each thing that was found changed so far.
    [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

private:
    using Handlers = std::array<void (*)(int), NSIG>;
    static Handlers handlers();
    void warn(const char* what);

    unsigned arithmetic_;
    std::string locale_;
    std::filesystem::path folder_;
    mode_t mask_;
    Handlers handlers_;
    std::vector<std::string> warnings_;
};

}  // namespace assay
