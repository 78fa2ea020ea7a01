// SPDX-License-Identifier: Apache-2.0
// Every fault of the simulated device against every check.
#include <algorithm>

#include <fmt/format.h>

#include "tests/proof/bench.hpp"
#include "tests/proof/proof.hpp"

namespace proof {
namespace {

using namespace assay;

struct Fault {
    const char* what;
    KeyValues options;
    /// The least share of default runs that must refuse it; 0: out of reach, with the reason.
    double least = 0.99;
    const char* why = "";
    Sight in = Sight::run;  ///< Which column `least` is of.
};

constexpr const char* rare = "too rare: hit are some calls of the hundreds that nobody looks at";

std::vector<Fault> faults() {
    return {
        {"skips the work", {{"fault", "skip"}}},
        {"skips it in 1 call of 10", {{"fault", "skip"}, {"fault_fraction", "0.1"}}},
        {"skips it in 1 call of 100", {{"fault", "skip"}, {"fault_fraction", "0.01"}}, 0, rare},
        {"skips it from the 50th call on", {{"fault", "skip"}, {"fault_after", "50"}}},
        {"gives the first answer again", {{"fault", "stale"}}},
        {"… from the 50th call on", {{"fault", "stale"}, {"fault_after", "50"}}},
        {"computes once for each buffer", {{"fault", "once"}}},
        {"keeps answers by their inputs' contents",
         {{"fault", "cache"}},
         0.99,
         "the answers are right: a warning",
         Sight::caching},
        {"gives zeros", {{"fault", "zeros"}}},
        {"… in 1 call of 10", {{"fault", "zeros"}, {"fault_fraction", "0.1"}}},
        {"flips bit 1 (exponent) of one element", {{"fault", "flip_bit"}}},
        {"flips bit 9 (half of the value)", {{"fault", "flip_bit"}, {"fault_bit", "9"}}},
        {"flips bit 31 (the lowest)", {{"fault", "flip_bit"}, {"fault_bit", "31"}}},
        {"flips bit 1 in 1 call of 10",
         {{"fault", "flip_bit"}, {"fault_fraction", "0.1"}},
         0,
         "one element of 21600 in a call shows only where all are compared: four times a pass"},
        {"drops the last k", {{"fault", "drop_last_k"}}},
        {"drops the k beyond a multiple of 8", {{"fault", "drop_k_tail"}}},
        {"reads B transposed", {{"fault", "transpose_b"}}},
        {"rounds operands to bf16", {{"fault", "bf16"}}},
        {"rounds operands to tf32", {{"fault", "tf32"}}},
        {"rounds operands to two parts of bf16", {{"fault", "bf16x3"}}},
        {"writes behind the output", {{"fault", "out_of_bounds"}}},
        {"tells a tenth of the time, peak stated",
         {{"fault", "short_time"}, {"peak_gflops", "0.25"}}},
        {"tells a tenth of the time, no peak",
         {{"fault", "short_time"}},
         0,
         "the only clock is the device's own: nothing to hold it against"},
    };
}

/// "100", "9.5", "·" for never.
std::string percent(std::size_t hits, int trials) {
    if (hits == 0) return "·";
    return fmt::format("{:.3g}", 100.0 * static_cast<double>(hits) / trials);
}

bool holds(const Fault& fault, const std::vector<std::size_t>& hits, int trials) {
    const auto found = static_cast<double>(hits[static_cast<std::size_t>(fault.in)]);
    return found >= fault.least * trials;
}

std::vector<std::size_t> count_hits(const Fault& fault, Dtype dtype, int trials) {
    std::vector<std::size_t> hits(static_cast<std::size_t>(Sight::count));
    const Case each = large_case(dtype);
    KeyValues options = fault.options;
    options.emplace_back("median_ns", "20000000");  // the rate is 0.216 GFLOP/s
    for (int trial = 1; trial <= trials; ++trial) {
        const auto refused = refused_by(each, options, static_cast<std::uint64_t>(trial));
        for (std::size_t i = 0; i < hits.size(); ++i) hits[i] += refused[i] ? 1 : 0;
    }
    return hits;
}

}  // namespace

int print_faults(int trials) {
    std::string head = "| the device |", line = "|---|";
    for (std::size_t i = 0; i < static_cast<std::size_t>(Sight::count); ++i) {
        head += fmt::format(" {} |", title(static_cast<Sight>(i)));
        line += "---:|";
    }
    fmt::print("Refused, in percent of {} trials ({}):\n\n{} |\n{}---|\n", trials,
               large_case(Dtype::f32).id, head, line);
    int failed = 0;
    for (const Fault& fault : faults()) {
        const auto hits = count_hits(fault, Dtype::f32, trials);
        const bool good = holds(fault, hits, trials);
        failed += good ? 0 : 1;
        std::string row = fmt::format("| {} |", fault.what);
        for (const std::size_t each : hits) row += fmt::format(" {} |", percent(each, trials));
        fmt::print("{} {} |\n", row, good ? fault.why : "FAIL");
        std::fflush(stdout);
    }
    fmt::print("\n");
    return failed;
}

}  // namespace proof
