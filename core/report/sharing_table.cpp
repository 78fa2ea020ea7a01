// SPDX-License-Identifier: Apache-2.0
#include "core/report/sharing_table.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/unit/scale.hpp"

namespace assay {
namespace {

std::string time_of(const CaseSummary* row) {
    return row != nullptr && row->measured() ? format(row->time.center, Unit::second) : "-";
}

std::string cost_cell(const SharingCost& cost) {
    if (!cost.reason.empty())
        return cost.passes == 0 ? "-" : fmt::format("{:.3f}", cost.cost.ratio);
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", cost.cost.ratio, cost.cost.low95,
                       cost.cost.high95);
}

std::string overlap_cell(const SharingCost& cost) {
    return cost.overlap ? fmt::format("{:.1f} %", *cost.overlap * 100) : "-";
}

/// Why there is no cost, or that not all passes count.
std::string remark(const SharingCost& cost) {
    if (!cost.reason.empty()) return cost.reason;
    const auto all = static_cast<int>(cost.together->passes.size());
    if (cost.passes == all) return "";
    return fmt::format("{} of {} passes overlapped by {:.0f} %", cost.passes, all,
                       least_overlap * 100);
}

const std::string& device_of(const Run& run, const SharingCost& cost) {
    const auto& subjects = run.header.subjects;
    const Subject& own = subjects.at(static_cast<std::size_t>(cost.together->subject));
    return subjects.at(static_cast<std::size_t>(own.together_of.value_or(own.index))).label;
}

}  // namespace

std::string sharing_table(const Run& run, const std::vector<CaseSummary>& summaries,
                          Dialect dialect) {
    Table table({{"at one instant"},
                 {"on"},
                 {"alone", Align::right},
                 {"together", Align::right},
                 {"together / alone, 95 %", Align::right},
                 {"overlap", Align::right},
                 {""}});
    const std::vector<SharingCost> costs = sharing_costs(run, summaries);
    for (const SharingCost& each : costs) {
        table.add({each.together->id, device_of(run, each), time_of(each.alone),
                   time_of(each.together), cost_cell(each), overlap_cell(each), remark(each)});
    }
    return costs.empty() ? "" : "\n" + table.text(dialect);
}

Json sharing_json(const Run& run, const std::vector<CaseSummary>& summaries) {
    Json list = Json::array();
    for (const SharingCost& each : sharing_costs(run, summaries)) {
        Json json{
            {"id", each.together->id}, {"subject", device_of(run, each)}, {"passes", each.passes}};
        if (each.overlap) json["overlap"] = *each.overlap;
        if (each.passes > 0) json["time_ratio"] = each.cost.ratio;
        if (each.reason.empty()) {
            json["time_ratio_95"] = {each.cost.low95, each.cost.high95};
        } else {
            json["reason"] = each.reason;
        }
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace assay
