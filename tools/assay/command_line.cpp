// SPDX-License-Identifier: Apache-2.0
// CLI11's only door: the tables of command_line.hpp become its options, its errors become one line
// and exit code 2. CLI11's own exit codes (105 and others) never leave this file.
#include "tools/assay/command_line.hpp"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "tools/assay/version.hpp"

namespace assay {
namespace {

/// An Error is printable by itself; what the standard library and CLI11 say may not be.
void complain(const std::string& text) {
    fmt::print(stderr, "assay: {}\n", printable(text, 10'000));
}

/// Adds one row of a command's table to CLI11.
struct AddOption {
    CLI::App& app;
    const Option& option;

    void operator()(bool* target) const { app.add_flag(option.names, *target, option.help); }
    void operator()(std::vector<std::string>* target) const {
        CLI::Option* added = shown(app.add_option(option.names, *target, option.help));
        // So many values each time, no more: else `--plugin onednn SUITE` would take SUITE too.
        if (option.names.front() != '-') return;
        added->type_size(option.values)->expected(1)->take_all()->allow_extra_args(false);
    }
    template <class T>
    void operator()(T* target) const {
        shown(app.add_option(option.names, *target, option.help));
    }

    CLI::Option* shown(CLI::Option* added) const {
        return added->type_name(option.value)->required(option.required);
    }
};

/// "; did you mean '--plugin'?", or "".
std::string did_you_mean(const std::string& word, const std::vector<std::string>& names) {
    const std::string close = nearest(word, names);
    return close.empty() ? "" : fmt::format("; did you mean '{}'?", close);
}

/// The flags of one command, all spellings.
std::vector<std::string> flags_of(Command& command) {
    std::vector<std::string> flags{"--help"};
    for (const Option& option : command.options())
        for (const std::string& name : split(option.names, ','))
            if (name.front() == '-') flags.push_back(name);
    return flags;
}

/// What to say of arguments that no option took; "" when there are none.
std::string unexpected(const CLI::App& app, Command& command) {
    const std::vector<std::string> rest = app.remaining();
    if (rest.empty()) return "";
    for (const std::string& word : rest)
        if (word.size() > 1 && word.front() == '-')
            return fmt::format("unknown option '{}'{}", printable(word),
                               did_you_mean(word.substr(0, word.find('=')), flags_of(command)));
    return fmt::format("unexpected argument '{}'", printable(rest.front()));
}

int usage_error(const std::string& what, const std::string& command) {
    complain(fmt::format("{}; see: assay {}--help", what, command.empty() ? "" : command + " "));
    return ExitCode::usage;
}

/// The first word that is not a flag must be a command; "" when it is, else what is wrong.
std::string unknown_command(int argc, char** argv, const Commands& commands) {
    std::vector<std::string> names;
    for (const auto& each : commands) names.push_back(each->name());
    if (argc < 2) return "no command; there are: " + join(names, ", ");
    const std::string word = argv[1];
    if (word == "--help" || word == "-h" || word == "--version") return "";
    if (std::find(names.begin(), names.end(), word) != names.end()) return "";
    return fmt::format("unknown command '{}'{}", printable(word), did_you_mean(word, names));
}

CLI::App* add_command(CLI::App& app, Command& command) {
    CLI::App* added = app.add_subcommand(command.name(), command.summary());
    for (const Option& option : command.options())
        std::visit(AddOption{*added, option}, option.target);
    added->footer("\nExamples:\n" + command.examples());
    added->allow_extras();  // named by unexpected(), with the nearest flag
    return added;
}

int run_guarded(Command& command) {
    try {
        return command.run();
    } catch (const UsageError& error) {
        return usage_error(error.what(), command.name());
    } catch (const std::exception& error) {
        complain(error.what());
        return ExitCode::cannot_go_on;
    }
}

/// Parses with CLI11; returns the exit code when there is nothing to run.
std::optional<int> parse(CLI::App& app, int argc, char** argv, const Commands& commands) {
    std::string what;
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {  // --help, --version
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        what = error.what();
    }
    std::string name;
    for (const auto& command : commands) {
        const CLI::App* chosen = app.get_subcommand(command->name());
        if (!chosen->parsed()) continue;
        name = command->name();
        if (const std::string extra = unexpected(*chosen, *command); !extra.empty()) what = extra;
    }
    if (what.empty()) return std::nullopt;
    return usage_error(what, name);
}

}  // namespace

int run_command_line(int argc, char** argv, const Commands& commands) {
    if (const std::string what = unknown_command(argc, argv, commands); !what.empty())
        return usage_error(what, "");

    CLI::App app{"What a piece of AI hardware really does, and whether two machines really differ.",
                 "assay"};
    app.set_version_flag("--version", [] { return version_text(); });
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);
    for (const auto& command : commands) add_command(app, *command);

    if (const auto code = parse(app, argc, argv, commands)) return *code;
    for (const auto& command : commands)
        if (app.got_subcommand(command->name())) return run_guarded(*command);
    return ExitCode::usage;
}

}  // namespace assay
