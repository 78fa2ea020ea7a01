// SPDX-License-Identifier: Apache-2.0
// results/result.schema.json names exactly the fields that describe() names: neither can drift.
// That files validate against it is the test `schema` (validate_schema.py).
#include <set>

#include <catch2/catch.hpp>

#include "core/base/file.hpp"
#include "core/result/described.hpp"

namespace assay {
namespace {

struct Fields {
    std::set<std::string> all, required;
    template <class T>
    void operator()(const char* name, T& /*value*/) {
        all.insert(name);
        if (!came_later<T>) required.insert(name);
    }
    template <Maybe T>
    void operator()(const char* name, T& /*value*/) {
        all.insert(name);
    }
};

const Json& definition(const std::string& name) {
    static const Json schema = parse_json(read_file(ASSAY_SCHEMA), ASSAY_SCHEMA);
    return schema.at("$defs").at(name);
}

template <class Record>
void check_definition(const std::string& name, const std::set<std::string>& also = {}) {
    INFO(name);
    Record record;
    Fields fields;
    describe(record, fields);
    fields.all.insert(also.begin(), also.end());
    fields.required.insert(also.begin(), also.end());
    const Json& defined = definition(name);
    std::set<std::string> properties;
    for (const auto& [key, value] : defined.at("properties").items()) {
        properties.insert(key);
        INFO(key);
        const std::string description = value.at("description");
        CHECK(description.size() > 3);
    }
    CHECK(properties == fields.all);
    const std::set<std::string> required = defined.at("required");
    CHECK(required == fields.required);
}

TEST_CASE("the schema describes every field of every record, and no other", "[result][schema]") {
    check_definition<RunRecord>("run");
    check_definition<ToolRecord>("tool");
    check_definition<SuiteRecord>("suite");
    check_definition<Profile>("profile");
    check_definition<TwoStage>("two_stage");
    check_definition<Machine>("machine");
    check_definition<Cache>("cache");
    check_definition<Quiet>("quiet");
    check_definition<SpinRecord>("spin");
    check_definition<Subject>("subject");
    check_definition<PluginRecord>("plugin");
    check_definition<DeviceRecord>("device");
    check_definition<PeakRecord>("peak");
    check_definition<CaseRecord>("case");
    check_definition<Gemm>("gemm", {"kind"});
    check_definition<Inference>("inference", {"kind"});
    check_definition<Transfer>("transfer", {"kind"});
    check_definition<SensorRecord>("sensor");
    check_definition<SharingRecord>("sharing");
    check_definition<Protocol>("protocol");
    check_definition<Outcome>("outcome");
    check_definition<Check>("check");
    check_definition<PreparedRecord>("prepared");
    check_definition<SampleRecord>("sample");
    check_definition<LoadSettings>("load_settings");
    check_definition<LoadRecord>("load");
    check_definition<SearchRecord>("search");
    check_definition<TrialRecord>("trial");
    check_definition<Counters>("counters");
    check_definition<EndRecord>("end");
}

TEST_CASE("the schema describes every field that some operator has, and no other",
          "[result][schema]") {
    std::set<std::string> all{"kind"};
    for (std::size_t i = 0; i < names<OpKind>().size(); ++i) {
        OperatorWork work;
        work.op = static_cast<OpKind>(i);
        describe(work, [&](const char* name, auto&) { all.insert(name); });
    }
    std::set<std::string> properties;
    for (const auto& [key, value] : definition("operator").at("properties").items()) {
        properties.insert(key);
        CHECK(value.at("description").get<std::string>().size() > 3);
    }
    CHECK(properties == all);
}

template <class E>
void check_names(const Json& property, const std::vector<std::string>& names) {
    const std::vector<std::string> found = property.at("enum");
    CHECK(found == names);
    for (const std::string& each : names) CHECK(enum_of<E>(each));
}

template <class E>
std::vector<std::string> listed() {
    const auto all = names<E>();
    return {all.begin(), all.end()};
}

TEST_CASE("the schema lists the enumerations as the program knows them", "[result][schema]") {
    const Json& gemm = definition("gemm").at("properties");
    check_names<Dtype>(gemm.at("a"), listed<Dtype>());
    check_names<Math>(gemm.at("math"), listed<Math>());
    check_names<Activation>(gemm.at("activation"), listed<Activation>());
    const Json& op = definition("operator").at("properties");
    check_names<OpKind>(op.at("op"), listed<OpKind>());
    check_names<NormKind>(op.at("norm"), listed<NormKind>());
    check_names<Function>(op.at("function"), listed<Function>());
    check_names<Reduction>(op.at("reduction"), listed<Reduction>());
    check_names<Copying>(op.at("copying"), listed<Copying>());
    check_names<Layout>(op.at("layout"), listed<Layout>());
    check_names<Scaling>(op.at("scaling"), listed<Scaling>());
    check_names<Interpolation>(op.at("mode"), listed<Interpolation>());
    check_names<Coordinates>(op.at("coordinates"), listed<Coordinates>());
    check_names<Way>(definition("transfer").at("properties").at("direction"), listed<Way>());
    const Json& protocol = definition("protocol").at("properties");
    check_names<Distribution>(protocol.at("distribution"), listed<Distribution>());
    check_names<Measure>(protocol.at("measure"), {"latency", "throughput"});
    check_names<CacheState>(protocol.at("cache"), {"hot", "cold", "weights-cold"});
    check_names<State>(definition("outcome").at("properties").at("state"),
                       {"measured", "skipped", "failed"});
}

}  // namespace
}  // namespace assay
