// SPDX-License-Identifier: Apache-2.0
// Numbers of a summary as cells of a table: what is unknown is "-", never 0.
#pragma once

#include <string>
#include <vector>

#include "core/result/summary.hpp"
#include "core/unit/scale.hpp"

namespace assay {

/// "231.4 GFLOP/s": "GFLOP/s" and the like for a column of rates.
struct RateColumn {
    Scale scale;
    bool integers = false;  ///< All of them count integer operations.
    bool mixed = false;
    [[nodiscard]] std::string title() const;
};

RateColumn rate_column(const std::vector<const CaseSummary*>& summaries);

/// "±0.4 %", "-" without an interval (one pass).
std::string interval_cell(const Interval& interval);
/// "87 % mem", "61 %" of arithmetic; "-" without a roof for it.
std::string roof_cell(const CaseSummary& summary);
std::string percent_cell(const std::optional<double>& fraction);
/// "10/10".
std::string passes_cell(const CaseSummary& summary, int passes);
/// "1.16 ms"; "-" when not measured.
std::string time_cell(const std::optional<CaseSummary>& summary);
/// "brg:avx512_core", "3 kernels: a, b, c".
std::string kernel_cell(const CaseSummary& summary);

/// "onednn 0.1.0 (oneDNN 2.6.3) fpmath=strict": with its options.
std::string plugin_text(const PluginRecord& plugin);
/// "Imaginary CPU, 2 threads, CPUs 0-1".
std::string device_text(const Subject& subject);

}  // namespace assay
