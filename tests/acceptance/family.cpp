// SPDX-License-Identifier: Apache-2.0
#include "tests/acceptance/family.hpp"

#include <cmath>
#include <sstream>
#include <utility>

#include "core/stat/sample.hpp"
#include "core/stat/steady.hpp"
#include "plugins/simulated/options.hpp"

namespace acceptance {
namespace {

simulated::Timing timing_of(const std::string& options) {
    std::vector<std::pair<std::string, std::string>> pairs = {{"median_ns", "1000000"}};
    std::istringstream stream(options);
    for (std::string each; std::getline(stream, each, ',');) {
        pairs.emplace_back(each.substr(0, each.find('=')), each.substr(each.find('=') + 1));
    }
    std::vector<assay_kv> given;
    for (const auto& [key, value] : pairs) given.push_back({key.c_str(), value.c_str()});
    const auto declared = simulated::declared_options();
    const assay::sdk::Options checked(given.data(), static_cast<std::uint32_t>(given.size()),
                                      declared, declared.front().scope);
    return simulated::Script(checked).timing;
}

}  // namespace

Family::Family(std::string name, const std::string& options)
    : name_(std::move(name)), timing_(timing_of(options)) {}

simulated::Timeline Family::timeline(std::uint64_t trial, int pass, double scale) const {
    simulated::Timing timing = timing_;
    timing.median_ns *= scale;
    return {timing, {.shape_hash = trial, .pass = static_cast<std::uint64_t>(pass)}};
}

std::vector<double> Family::readings(std::uint64_t trial, int pass, int count, double scale) const {
    simulated::Timeline clock = timeline(trial, pass, scale);
    std::vector<double> values(static_cast<std::size_t>(count));
    for (double& value : values) value = clock.next();
    return values;
}

double pass_estimate(const std::vector<double>& readings) {
    const assay::Steady steady = assay::steady_part(readings);
    return assay::median(std::span(readings).subspan(steady.cut));
}

double Family::pass(std::uint64_t trial, int pass, double scale) const {
    return pass_estimate(readings(trial, pass, readings_per_pass, scale));
}

std::vector<double> Family::run(std::uint64_t trial, int passes, double scale) const {
    std::vector<double> medians;
    for (int i = 0; i < passes; ++i) medians.push_back(pass(trial, i, scale));
    return medians;
}

double Family::truth() const {
    constexpr int trials = 40000;
    constexpr std::uint64_t others = 1ULL << 40U;
    double sum = 0;
    for (int i = 0; i < trials; ++i) {
        sum += std::log(pass(others + static_cast<std::uint64_t>(i), 0) / 1e6);
    }
    return 1e6 * std::exp(sum / trials);
}

const std::vector<Family>& families() {
    static const std::string passes = ",process_sigma=0.005";
    static const std::vector<Family> all = {
        {"normal", "seed=11,noise=normal,sigma=0.01" + passes},
        {"lognormal", "seed=12,noise=lognormal,sigma=0.05" + passes},
        {"bimodal",
         "seed=13,noise=bimodal,bimodal_fraction=0.3,bimodal_gap=0.05,sigma=0.01" + passes},
        {"AR(1) 0.5", "seed=14,noise=ar1,phi=0.5,sigma=0.01" + passes},
        {"AR(1) 0.9", "seed=15,noise=ar1,phi=0.9,sigma=0.01" + passes},
        {"AR(1) 0.95", "seed=16,noise=ar1,phi=0.95,sigma=0.01" + passes},
        {"outliers",
         "seed=17,noise=outliers,outlier_fraction=0.02,outlier_scale=1.5,sigma=0.01" + passes},
        {"t3 passes", "seed=18,noise=normal,sigma=0.01,process_noise=t3" + passes}};
    return all;
}

}  // namespace acceptance
