// SPDX-License-Identifier: Apache-2.0
// What the doctor found: a row a subject, and the remedies below, each once.
#include <fmt/format.h>

#include "core/report/notes.hpp"
#include "core/report/report.hpp"
#include "core/result/described.hpp"

namespace assay {

std::string diagnosis_table(const std::vector<Finding>& findings, Dialect dialect) {
    Table table({{"subject"}, {"is"}, {"found"}});
    std::vector<std::string> remedies;
    for (const Finding& each : findings) {
        table.add({each.subject, std::string(name(each.health)), each.found});
        if (!each.remedy.empty()) remedies.push_back(each.subject + ": " + each.remedy);
    }
    return table.text(dialect) + section("what to do", remedies, dialect);
}

std::string diagnosis_json(const Machine& machine, const Quiet& quiet,
                           const std::vector<Finding>& findings) {
    Json json = Json::object();
    json["findings"] = Json::array();
    for (const Finding& each : findings) {
        json["findings"].push_back({{"subject", each.subject},
                                    {"health", name(each.health)},
                                    {"found", each.found},
                                    {"remedy", each.remedy}});
    }
    json["quiet"] = to_value(quiet);
    json["machine"] = to_value(machine);
    return pretty_json(json) + "\n";
}

}  // namespace assay
