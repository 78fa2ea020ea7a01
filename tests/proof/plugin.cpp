// SPDX-License-Identifier: Apache-2.0
// Any plugin through every check of a pass, on the cases of a suite, untimed; then through the
// corners that no suite reaches.
#include <fmt/format.h>

#include "core/host/device.hpp"
#include "core/measure/proof.hpp"
#include "core/suite/suite.hpp"
#include "tests/proof/corners.hpp"
#include "tests/proof/proof.hpp"

namespace proof {
namespace {

using namespace assay;

/// "refused: …", "not supported: …" or "".
std::string outcome(const Case& each, const Device& device) try {
    DeviceCase on_device(each, Rotation{}, device);
    on_device.invoke_once();
    on_device.remember();
    Proof proof(1);
    Check check = proof.before(on_device, true);
    if (!check.passed) return "refused: " + check.reason;
    if (std::string wrong = proof.between(on_device); !wrong.empty()) return "refused: " + wrong;
    check = proof.after(on_device);
    return check.passed ? "" : "refused: " + check.reason;
} catch (const PluginError& error) {
    return (error.is_skip() ? "not supported: " : "refused: ") + std::string(error.what());
}

/// What came of the corners.
struct Count {
    int wrong = 0, refused = 0, answered = 0;

    /// Whether it was answered.
    bool take(const Device& device, const Corner& corner) {
        bool was_refused = false;
        std::string why;
        try {
            why = wrong_with(device, corner, was_refused);
        } catch (const Error& error) {
            why = error.what();
        }
        ++(was_refused ? refused : answered);
        if (why.empty()) return !was_refused;
        ++wrong;
        fmt::print("{}: refused: {}\n", corner.name, why);
        return false;
    }
};

/// Prints how many were not as they must be, and returns it.
int print_corners(const Device& device) {
    Count plain, other;
    int taken = 0;
    for (const Corner& corner : corners()) {
        const bool answered = plain.take(device, corner);
        for (const Corner& each : changed(corner)) other.take(device, each);
        if (!answered) continue;
        if (const int more = short_bindings_taken(device, corner); more > 0) {
            fmt::print("{}: refused: {} bindings that lack a byte were taken\n", corner.name, more);
            taken += more;
        }
    }
    fmt::print("corners: {} refused, {} answered; changed: {} refused, {} answered\n",
               plain.refused, plain.answered, other.refused, other.answered);
    return plain.wrong + other.wrong + taken;
}

}  // namespace

int print_plugin(const std::string& file, const std::string& suite) {
    // Never shut down, as a mutated plugin may not survive it.
    static const Plugin& plugin = *new Plugin(Plugin::load(file, HostEvents{}));
    const Device device = plugin.open(0, {});
    int refused = 0, unsupported = 0;
    const std::vector<Case> cases = load_suite(suite).cases;
    for (const Case& each : cases) {
        const std::string what = outcome(each, device);
        if (what.empty()) continue;
        ++(what.starts_with("refused") ? refused : unsupported);
        fmt::print("{}: {}\n", each.id, what);
    }
    fmt::print("{} cases, {} refused, {} not supported\n", cases.size(), refused, unsupported);
    return refused + print_corners(device);
}

}  // namespace proof
