// SPDX-License-Identifier: Apache-2.0
#include "core/result/whole.hpp"

namespace assay {
namespace {

/// A record's place in its run, by which its readings are found.
std::size_t place(const Run& run, const CaseRecord& record) {
    return static_cast<std::size_t>(&record - run.records.data());
}

CaseRecord with_readings(const Run& run, const CaseRecord& record) {
    CaseRecord copy = record;
    run.aside->get(place(run, record), *copy.sample);
    return copy;
}

}  // namespace

WholeRecord::WholeRecord(const Run& run, const CaseRecord& record) : record_(&record) {
    if (run.aside && record.sample) copy_ = with_readings(run, record);
}

WholeRecords::WholeRecords(const Run& run, const std::vector<const CaseRecord*>& records) {
    if (!run.aside) {
        pointers_ = records;
        return;
    }
    copies_.reserve(records.size());
    for (const CaseRecord* record : records) {
        copies_.push_back(record->sample ? with_readings(run, *record) : *record);
        pointers_.push_back(&copies_.back());
    }
}

WholeSummary::WholeSummary(const Run& run, const CaseSummary& summary)
    : summary_(&summary), records_(run, summary.records) {
    if (!run.aside) return;
    copy_ = summary;
    copy_->records = records_.records();
}

}  // namespace assay
