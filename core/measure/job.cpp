// SPDX-License-Identifier: Apache-2.0
#include "core/measure/job.hpp"

#include "core/base/error.hpp"
#include "core/result/described.hpp"
#include "core/result/json_records.hpp"

namespace assay {

/// Names every scalar of a job once, for to_json and job_from_json.
template <class Self, class Visitor>
void describe_job(Self& job, Visitor&& field) {
    field("plugin_name", job.plugin_name);
    field("plugin_path", job.plugin_path);
    field("options", job.options);
    field("device", job.device);
    field("subject", job.subject);
    field("pass", job.pass);
    field("affinity", job.affinity);
    field("status_path", job.status_path);
    field("lockstep", job.lockstep);
    field("goes_first", job.goes_first);
    field("together", job.together);
    field("seat", job.seat);
    field("order_seed", job.order_seed);
    field("last_level_cache_bytes", job.last_level_cache_bytes);
    field("open_device", job.open_device);
    field("orders", job.orders);
    field("indices", job.indices);
}

Json to_json(const Job& job) {
    Json json = Json::object();
    describe_job(job, [&](const char* name, const auto& value) { json[name] = value; });
    json["profile"] = to_json(job.profile);
    json["peaks"] = to_value(job.peaks);
    if (!job.cases.empty()) json["cases"] = Json::array();
    for (const Case& each : job.cases) json["cases"].push_back(to_json(each));
    return json;
}

Job job_from_json(const Json& json) {
    const std::string where = "job";
    try {
        Job job;
        describe_job(job, [&](const char* name, auto& value) { json.at(name).get_to(value); });
        job.profile = profile_from_json(json.at("profile"), where);
        read_value(json.at("peaks"), job.peaks, {&where, nullptr, "peaks"});
        for (const Json& each : json.value("cases", Json::array())) {
            job.cases.push_back(case_description_from_json(each, where));
        }
        return job;
    } catch (const Json::exception& error) {
        throw Error(where + ": " + error.what());
    }
}

}  // namespace assay
