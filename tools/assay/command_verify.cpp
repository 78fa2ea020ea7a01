// SPDX-License-Identifier: Apache-2.0
// `assay verify FILE...`: whether result files can be what they say they are.
#include <optional>

#include <fmt/format.h>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/verify/signature.hpp"
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
               "  assay verify results/*.jsonl --json\n"
               "  assay verify a.jsonl --require-signature keyring.pem\n";
    }
    std::vector<Option> options() override {
        return {
            {"FILE", "", &files_, "result files of assay run", true},
            {"--require-signature", "KEYRING", &keyrings_,
             "each file must be signed with a key of this PEM file of Ed25519 public keys"},
            {"--json", "", &json_, "as JSON, one document"},
        };
    }
    int run() override {
        std::optional<Keyring> ring;
        // A list: an empty name asks for a signature too, and is an error.
        if (keyrings_.size() > 1) throw UsageError("--require-signature takes one keyring");
        if (!keyrings_.empty()) ring.emplace(keyrings_.front());
        Json document = Json::array();
        bool sound = true;
        for (const std::string& file : files_) {
            Verified verified = verify_file(file);
            const std::string signer = ring ? hold_to(*ring, file, verified) : "";
            sound = sound && verified.breaches.empty();
            if (json_)
                document.push_back(json_of(file, verified, signer));
            else
                print(file, verified, signer);
        }
        if (json_) print_answer(pretty_json(document) + "\n");
        return sound ? ExitCode::done : ExitCode::has_failures;
    }

private:
    /// The id of the key that signed it; "" and a breach when none of the ring did.
    static std::string hold_to(const Keyring& ring, const std::string& file, Verified& verified) {
        const SignatureVerdict verdict = judge_signature(file, ring);
        if (!verdict.fault.empty()) verified.breaches.push_back({"signature", "", verdict.fault});
        return verdict.key_id;
    }

    static void print(const std::string& file, const Verified& verified,
                      const std::string& signer) {
        const std::string shown = printable(file);
        if (verified.breaches.empty()) {
            print_answer(fmt::format("{}: sound: {} case {}, {} rules{}\n", shown, verified.records,
                                     verified.records == 1 ? "record" : "records",
                                     verify_rules().size(),
                                     signer.empty() ? "" : ", signed with key " + signer));
        }
        for (const Breach& each : verified.breaches) {
            const std::string what = each.where.empty() ? each.what : each.where + ": " + each.what;
            print_answer(fmt::format("{}: {}: {}\n", shown, each.rule, printable(what, 1000)));
        }
    }

    static Json json_of(const std::string& file, const Verified& verified,
                        const std::string& signer) {
        Json json = Json::object();
        json["file"] = file;
        json["sound"] = verified.breaches.empty();
        json["records"] = verified.records;
        if (!signer.empty()) json["signed_with"] = signer;
        json["breaches"] = Json::array();
        for (const Breach& each : verified.breaches) {
            json["breaches"].push_back(
                {{"rule", each.rule}, {"where", each.where}, {"what", each.what}});
        }
        return json;
    }

    std::vector<std::string> files_, keyrings_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() {
    return std::make_unique<VerifyCommand>();
}

}  // namespace assay
