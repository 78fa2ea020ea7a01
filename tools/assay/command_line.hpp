// SPDX-License-Identifier: Apache-2.0
// A command and its options as a table; the parser (CLI11) stays behind command_line.cpp.
// What an option means is not known here: each command_*.cpp says it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.hpp"

namespace assay {

/// The command line is wrong: exit 2, with a pointer to the command's --help.
class UsageError : public Error {
public:
    using Error::Error;
};

/// Exit codes, the same for all commands (docs/running.md).
enum ExitCode : int {
    done = 0,
    cannot_go_on = 1,
    usage = 2,
    has_failures = 3,
    interrupted_run = 130
};

/// Where the value of an option goes; borrowed from the command.
using Target = std::variant<bool*, std::string*, std::vector<std::string>*, std::optional<int>*,
                            std::optional<std::uint64_t>*>;

struct Option {
    std::string names;  ///< "-o,--output"; without a dash it is an argument: "SUITE".
    std::string value;  ///< How --help shows the value: "FILE"; "" for a flag or an argument.
    Target target;
    std::string help;
    bool required = false;
    int values = 1;  ///< That a list takes each time its flag is given.
};

class Command {
public:
    Command() = default;
    virtual ~Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;

    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::string summary() const = 0;   ///< One sentence.
    [[nodiscard]] virtual std::string examples() const = 0;  ///< Lines; end of --help.
    virtual std::vector<Option> options() = 0;
    /// Returns the exit code. Throws UsageError or Error.
    virtual int run() = 0;
};

using Commands = std::vector<std::unique_ptr<Command>>;

/// Parses, runs the chosen command, and returns its exit code; what is wrong is one line on stderr.
int run_command_line(int argc, char** argv, const Commands& commands);

}  // namespace assay
