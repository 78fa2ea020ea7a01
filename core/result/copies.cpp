// SPDX-License-Identifier: Apache-2.0
// Sorted, copies stand beside each other: the cost stays that of a sort, whatever the file holds.
#include "core/result/copies.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace assay {

namespace {

/// chosen: ten different readings in one order are no chance, even where ten values are all that
/// the clock tells apart (10^-10). Fewer may be one.
constexpr std::size_t least_distinct = 10;

bool tells_apart(const SampleRecord& sample) {
    std::set<double> distinct;
    for (const double reading : sample.readings_ns) {
        distinct.insert(reading);
        if (distinct.size() >= least_distinct) return true;
    }
    return false;
}

const std::vector<double>& readings_of(const CaseRecord* record) {
    return record->sample->readings_ns;
}

}  // namespace

std::string copied_passes(const CaseSummary& summary) {
    std::vector<const CaseRecord*> real;
    for (const CaseRecord* record : summary.records) {
        if (record->sample && record->sample->clock != "virtual") real.push_back(record);
    }
    std::ranges::stable_sort(real, {}, readings_of);
    for (std::size_t i = 1; i < real.size(); ++i) {
        if (readings_of(real[i - 1]) != readings_of(real[i])) continue;
        if (!tells_apart(*real[i]->sample)) continue;
        return "passes " + std::to_string(real[i - 1]->pass) + " and " +
               std::to_string(real[i]->pass) + " hold the same readings";
    }
    return "";
}

}  // namespace assay
