// SPDX-License-Identifier: Apache-2.0
// `assay sign FILE --key KEY.pem`: vouches for a result file, once it was found sound.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/verify/signature.hpp"
#include "core/verify/verify.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/paths.hpp"

namespace assay {
namespace {

class SignCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "sign"; }
    [[nodiscard]] std::string summary() const override {
        return "Sign a sound result file; the signature is FILE.sig beside it.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  openssl genpkey -algorithm ed25519 -out key.pem\n"
               "  openssl pkey -in key.pem -pubout >> keyring.pem\n"
               "  assay sign a.jsonl --key key.pem\n"
               "  assay verify a.jsonl --require-signature keyring.pem\n";
    }
    std::vector<Option> options() override {
        return {
            {"FILE", "", &file_, "a result file of assay run", true},
            {"--key", "KEY.pem", &key_, "an Ed25519 private key in PEM, without a pass phrase",
             true},
            {"--force", "", &force_, "replace a signature that is there"},
        };
    }
    int run() override {
        const Verified verified = verify_file(file_);
        if (!verified.breaches.empty()) {
            const Breach& first = verified.breaches.front();
            fmt::print(stderr, "assay: {}: not sound, and not signed: {}: {}\n", printable(file_),
                       first.rule, printable(first.what, 1000));
            return ExitCode::has_failures;
        }
        const std::string id = sign_file(file_, key_, force_);
        print_answer(
            fmt::format("{}: signed with key {}\n", printable(signature_path(file_).string()), id));
        return ExitCode::done;
    }

private:
    std::string file_, key_;
    bool force_ = false;
};

}  // namespace

std::unique_ptr<Command> make_sign_command() {
    return std::make_unique<SignCommand>();
}

}  // namespace assay
