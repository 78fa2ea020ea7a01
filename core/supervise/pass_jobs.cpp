// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/pass_jobs.hpp"

#include <map>

#include "core/base/random.hpp"
#include "core/suite/model_case.hpp"

namespace assay {
namespace {

/// Cases that have weights in common one after the other, where the first of them stands: they are
/// made once, and are not kept while others run.
std::vector<std::uint32_t> with_weights_in_common(const std::vector<std::uint32_t>& order,
                                                  const std::vector<Case>& cases) {
    std::vector<std::vector<std::uint32_t>> blocks;
    std::map<std::string, std::size_t> block_of;
    for (const std::uint32_t place : order) {
        const std::string weights = weights_of(cases[place]);
        const auto [found, is_new] = block_of.try_emplace(weights, blocks.size());
        if (is_new || weights.empty()) {
            found->second = blocks.size();
            blocks.emplace_back();
        }
        blocks[found->second].push_back(place);
    }
    std::vector<std::uint32_t> all;
    for (const auto& block : blocks) all.insert(all.end(), block.begin(), block.end());
    return all;
}

}  // namespace

Job pass_job(const RunOptions& options, const RunSubject& subject, int pass,
             std::uint64_t last_level_cache_bytes) {
    Job job;
    job.plugin_name = subject.options.name;
    job.plugin_path = std::filesystem::absolute(subject.options.path).string();
    job.options = subject.options.options;
    job.device = static_cast<std::uint32_t>(subject.record.device.index);
    job.subject = subject.record.index;
    job.pass = pass;
    job.affinity = options.affinity;
    job.lockstep = options.lockstep;
    job.goes_first = (pass + job.subject) % 2 == 0;  // each begins every second pass
    job.order_seed = options.order_seed;
    job.profile = options.profile;
    job.peaks = subject.record.peaks;
    job.last_level_cache_bytes = last_level_cache_bytes;
    Random random(options.order_seed, static_cast<std::uint64_t>(pass));
    const auto count = static_cast<std::uint32_t>(options.suite.cases.size());
    for (const std::uint32_t place :
         with_weights_in_common(permutation(count, random), options.suite.cases)) {
        job.orders.push_back(static_cast<int>(job.orders.size()));
        job.indices.push_back(static_cast<int>(place));
        job.cases.push_back(options.suite.cases[place]);
    }
    return job;
}

Job remaining_job(const Job& job, const std::vector<bool>& reported) {
    Job rest = job;
    rest.cases.clear();
    rest.orders.clear();
    rest.indices.clear();
    for (std::size_t i = 0; i < job.cases.size(); ++i) {
        if (reported[i]) continue;
        rest.cases.push_back(job.cases[i]);
        rest.orders.push_back(job.orders[i]);
        rest.indices.push_back(job.indices[i]);
    }
    return rest;
}

CaseRecord record_of(const Job& job, int index) {
    const Case& each = job.cases[static_cast<std::size_t>(index)];
    CaseRecord record;
    record.subject = job.subject;
    record.pass = job.pass;
    record.order = job.orders[static_cast<std::size_t>(index)];
    record.index = job.indices[static_cast<std::size_t>(index)];
    record.key = key_of(each);
    record.id = each.id;
    record.group = each.group;
    if (each.roof) record.roof = true;
    record.workload = each.workload;
    record.protocol = each.protocol;
    return record;
}

CaseRecord failed_record(const Job& job, int index, const SessionEnd& end) {
    CaseRecord record = record_of(job, index);
    const std::string why = end.reason.empty() ? "worker ended without a word on it" : end.reason;
    record.outcome = {State::failed, why + " (during " + end.doing.phase + ")", end.doing.phase};
    return record;
}

std::vector<std::pair<std::string, std::string>> thread_environment(int threads) {
    if (threads <= 0) return {};
    const std::string count = std::to_string(threads);
    return {{"OMP_NUM_THREADS", count},
            {"OPENBLAS_NUM_THREADS", count},
            {"MKL_NUM_THREADS", count},
            {"POCL_MAX_PTHREAD_COUNT", count}};
}

SuiteRecord suite_record(const RunOptions& options) {
    SuiteRecord record;
    record.name = options.suite.name;
    record.title = options.suite.title;
    record.sha256 = options.suite.sha256;
    record.filter = options.filter;
    record.cases = static_cast<int>(options.suite.cases.size());
    for (const SuiteFile& file : options.suite.files)
        record.files.emplace_back(file.path, file.text);
    return record;
}

}  // namespace assay
