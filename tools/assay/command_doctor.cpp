// SPDX-License-Identifier: Apache-2.0
// `assay doctor`: how quiet this machine is, before anything is measured on it.
#include <fmt/format.h>

#include "core/machine/diagnosis.hpp"
#include "core/measure/listen.hpp"
#include "core/report/report.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/interrupt.hpp"
#include "tools/assay/paths.hpp"

namespace assay {
namespace {

class DoctorCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "doctor"; }
    [[nodiscard]] std::string summary() const override {
        return "Say how quiet this machine is, and what would make it quieter.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay doctor\n"
               "  assay doctor --seconds 30\n"
               "  assay doctor --json | jq '.findings[] | select(.health == \"disturbed\")'\n";
    }
    std::vector<Option> options() override {
        return {
            {"--seconds", "NUMBER", &seconds_, "how long to listen, all CPUs together (5)"},
            {"--json", "", &json_, "findings, the numbers behind them and the machine, as JSON"},
            {"--markdown", "", &markdown_, "the table in Markdown"},
        };
    }
    int run() override {
        if (json_ && markdown_) throw UsageError("one form at a time: --json, --markdown");
        const int seconds = seconds_.value_or(5);
        if (seconds < 1 || seconds > longest)
            throw UsageError(fmt::format("--seconds is 1 to {}, not {}", longest, seconds));
        const Machine machine = read_machine();
        catch_interrupts();
        const Quiet quiet = listen(seconds, interrupted);
        if (interrupted()) return ExitCode::interrupted_run;
        const std::vector<Finding> findings = diagnose(machine, quiet);
        print_answer(
            json_ ? diagnosis_json(machine, quiet, findings)
                  : diagnosis_table(findings, markdown_ ? Dialect::markdown : Dialect::terminal));
        return ExitCode::done;
    }

private:
    static constexpr int longest = 600;
    std::optional<int> seconds_;
    bool json_ = false, markdown_ = false;
};

}  // namespace

std::unique_ptr<Command> make_doctor_command() {
    return std::make_unique<DoctorCommand>();
}

}  // namespace assay
