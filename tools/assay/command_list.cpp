// SPDX-License-Identifier: Apache-2.0
// `assay list plugins|devices|suites|cases`: what is here. What is broken is a row with its reason.
#include "tools/assay/commands.hpp"
#include "tools/assay/list.hpp"

namespace assay {
namespace {

class ListCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "list"; }
    [[nodiscard]] std::string summary() const override {
        return "Show the plugins, devices, suites or cases that are here.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay list plugins\n"
               "  assay list devices --json\n"
               "  assay list suites\n"
               "  assay list cases gemm/square\n"
               "  assay list cases standard --filter 'a=bf16 m>=512'\n";
    }
    std::vector<Option> options() override {
        return {
            {"WHAT", "", &what_, "plugins, devices, suites or cases", true},
            {"SUITE", "", &given_.suite, "for cases: a suite's name, or its file"},
            {"--filter", "TERMS", &given_.filter, "for cases: only those, as in assay run"},
            {"--fresh", "", &given_.fresh, "ask the plugins again, whatever is remembered"},
            {"--json", "", &given_.json, "as JSON"},
            {"--plugin-path", "FOLDER", &given_.plugin_path, "look for plugins here first"},
            {"--suite-path", "FOLDER", &given_.suite_path, "look for suites here first"},
        };
    }
    int run() override {
        if (what_ != "cases" && !given_.suite.empty())
            throw UsageError("'" + given_.suite + "' is not needed; only cases are of a suite");
        if (what_ == "plugins") return list_plugins(given_);
        if (what_ == "devices") return list_devices(given_);
        if (what_ == "suites") return list_suites(given_);
        if (what_ == "cases") return list_cases(given_);
        throw UsageError("cannot list '" + what_ +
                         "'; there are plugins, devices, suites and cases");
    }

private:
    std::string what_;
    ListOptions given_;
};

}  // namespace

std::unique_ptr<Command> make_list_command() {
    return std::make_unique<ListCommand>();
}

}  // namespace assay
