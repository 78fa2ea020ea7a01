// SPDX-License-Identifier: Apache-2.0
// Any plugin through every check of a pass, on the cases of a suite, untimed.
#include <fmt/format.h>

#include "core/host/device.hpp"
#include "core/measure/proof.hpp"
#include "core/suite/suite.hpp"
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
    return refused;
}

}  // namespace proof
