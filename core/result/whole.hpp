// SPDX-License-Identifier: Apache-2.0
// A record or a summary with its readings, when those of its file were put aside (aside.hpp).
#pragma once

#include <optional>
#include <vector>

#include "core/result/summary.hpp"

namespace assay {

/// One record of `run.records`: itself, or a copy that has its readings again.
class WholeRecord {
public:
    WholeRecord(const Run& run, const CaseRecord& record);
    WholeRecord(WholeRecord&&) = delete;
    [[nodiscard]] const CaseRecord& operator*() const { return copy_ ? *copy_ : *record_; }
    [[nodiscard]] const CaseRecord* operator->() const { return &**this; }

private:
    const CaseRecord* record_;
    std::optional<CaseRecord> copy_;
};

/// Some records of a run, likewise. Memory: the readings of these, while it lives.
class WholeRecords {
public:
    WholeRecords(const Run& run, const std::vector<const CaseRecord*>& records);
    WholeRecords(WholeRecords&&) = delete;
    [[nodiscard]] const std::vector<const CaseRecord*>& records() const { return pointers_; }

private:
    std::vector<CaseRecord> copies_;
    std::vector<const CaseRecord*> pointers_;
};

/// A summary whose records are whole.
class WholeSummary {
public:
    WholeSummary(const Run& run, const CaseSummary& summary);
    WholeSummary(WholeSummary&&) = delete;
    [[nodiscard]] const CaseSummary& operator*() const { return copy_ ? *copy_ : *summary_; }
    [[nodiscard]] const CaseSummary* operator->() const { return &**this; }

private:
    const CaseSummary* summary_;
    WholeRecords records_;
    std::optional<CaseSummary> copy_;
};

}  // namespace assay
