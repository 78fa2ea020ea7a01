// SPDX-License-Identifier: Apache-2.0
// `assay verify FILE...`: whether result files can be what they say they are.
#include <fmt/format.h>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/verify/verify.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/paths.hpp"

namespace assay {
namespace {

class VerifyCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "verify"; }
    [[nodiscard]] std::string summary() const override {
        return "Hold result files against the rules that every sound one keeps.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay verify a.jsonl\n"
               "  assay verify results/*.jsonl --json\n";
    }
    std::vector<Option> options() override {
        return {
            {"FILE", "", &files_, "result files of assay run", true},
            {"--json", "", &json_, "as JSON, one document"},
        };
    }
    int run() override {
        Json document = Json::array();
        bool sound = true;
        for (const std::string& file : files_) {
            const Verified verified = verify_file(file);
            sound = sound && verified.breaches.empty();
            if (json_)
                document.push_back(json_of(file, verified));
            else
                print(file, verified);
        }
        if (json_) print_answer(pretty_json(document) + "\n");
        return sound ? ExitCode::done : ExitCode::has_failures;
    }

private:
    static void print(const std::string& file, const Verified& verified) {
        const std::string shown = printable(file);
        if (verified.breaches.empty()) {
            print_answer(fmt::format("{}: sound: {} case {}, {} rules\n", shown, verified.records,
                                     verified.records == 1 ? "record" : "records",
                                     verify_rules().size()));
        }
        for (const Breach& each : verified.breaches) {
            const std::string what = each.where.empty() ? each.what : each.where + ": " + each.what;
            print_answer(fmt::format("{}: {}: {}\n", shown, each.rule, printable(what, 1000)));
        }
    }

    static Json json_of(const std::string& file, const Verified& verified) {
        Json json = Json::object();
        json["file"] = file;
        json["sound"] = verified.breaches.empty();
        json["records"] = verified.records;
        json["breaches"] = Json::array();
        for (const Breach& each : verified.breaches) {
            json["breaches"].push_back(
                {{"rule", each.rule}, {"where", each.where}, {"what", each.what}});
        }
        return json;
    }

    std::vector<std::string> files_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() {
    return std::make_unique<VerifyCommand>();
}

}  // namespace assay
