// SPDX-License-Identifier: Apache-2.0
// Suites and their cases: the expansion, without running anything.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/report/table.hpp"
#include "core/result/json_records.hpp"
#include "core/suite/suite.hpp"
#include "core/unit/scale.hpp"
#include "tools/assay/command_line.hpp"
#include "tools/assay/list.hpp"
#include "tools/assay/paths.hpp"

namespace assay {
namespace {

/// A suite by name, or why it cannot be read.
struct Listed {
    std::string name, error;
    Suite suite;
};

std::vector<Listed> read_all(const std::vector<std::filesystem::path>& folders) {
    std::vector<Listed> all;
    for (const std::string& name : list_suites(folders)) {
        Listed each;
        each.name = name;
        try {
            each.suite = load_suite(find_suite(name, folders));
        } catch (const Error& error) {
            each.error = printable(error.what());
        }
        all.push_back(std::move(each));
    }
    return all;
}

std::string minutes(const Suite& suite) {
    return suite.minutes > 0 ? fmt::format("{:g}", suite.minutes) : "";
}

std::string work(const Workload& workload) {
    const double operations = flop(workload);
    if (!counts_integer_operations(workload)) return format(operations, Unit::flop);
    return fmt::format("{:.4g} Gop", operations / 1e9);
}

std::vector<std::string> case_cells(const Case& each) {
    return {each.id, work(each.workload), format(least_bytes(each.workload), Unit::byte),
            fmt::format("{}, {}", name(each.protocol.measure), name(each.protocol.cache)),
            each.source};
}

Json case_json(const Case& each) {
    Json json = to_json(each);
    json.erase("model_text");  // the suite's files have it
    json.erase("model_path");  // of this machine alone
    json["flop"] = flop(each.workload);
    json["least_bytes"] = least_bytes(each.workload);
    json["footprint_bytes"] = footprint_bytes(each.workload);
    return json;
}

}  // namespace

int list_suites(const ListOptions& options) {
    const std::vector<Listed> all = read_all(suite_folders(options.suite_path));
    Json answer = Json::array();
    Table table({{"suite"}, {"cases", Align::right}, {"minutes", Align::right}, {"what it is"}});
    for (const Listed& each : all) {
        answer.push_back({{"name", each.name},
                          {"title", each.suite.title},
                          {"cases", each.suite.cases.size()},
                          {"minutes", each.suite.minutes},
                          {"sha256", each.suite.sha256},
                          {"error", each.error}});
        table.add({each.name, each.error.empty() ? std::to_string(each.suite.cases.size()) : "",
                   minutes(each.suite), each.error.empty() ? each.suite.title : each.error});
    }
    print_answer(options.json ? pretty_json(answer) + "\n" : table.text(Dialect::terminal));
    return 0;
}

int list_cases(const ListOptions& options) {
    if (options.suite.empty()) throw UsageError("of which suite? assay list cases SUITE");
    const Suite suite = select(
        load_suite(find_suite(options.suite, suite_folders(options.suite_path))), options.filter);
    Json answer = Json::array();
    Table table({{"case"},
                 {"work", Align::right},
                 {"least bytes", Align::right},
                 {"protocol"},
                 {"source"}});
    for (const Case& each : suite.cases) {
        answer.push_back(case_json(each));
        table.add(case_cells(each));
    }
    print_answer(options.json ? pretty_json(answer) + "\n" : table.text(Dialect::terminal));
    return 0;
}

}  // namespace assay
