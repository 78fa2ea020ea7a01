// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/pass_jobs.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

using namespace assay;

namespace {

RunOptions options_with_cases(int count) {
    RunOptions options;
    for (int i = 0; i < count; ++i) {
        Case each;
        Gemm gemm;
        gemm.m = gemm.n = gemm.k = i + 1;
        each.workload = gemm;
        each.id = std::to_string(i);
        options.suite.cases.push_back(each);
    }
    return options;
}

RunSubject some_subject() {
    RunSubject subject;
    subject.options.path = "/plugins/some.so";
    return subject;
}

std::vector<std::string> ids(const Job& job) {
    std::vector<std::string> list;
    for (const Case& each : job.cases) list.push_back(each.id);
    return list;
}

}  // namespace

TEST_CASE("each pass has its own order, the same for the same seed", "[supervise][jobs]") {
    RunOptions options = options_with_cases(20);
    const RunSubject subject = some_subject();
    const auto first = ids(pass_job(options, subject, 0, 0));
    CHECK(first == ids(pass_job(options, subject, 0, 0)));
    CHECK(first != ids(pass_job(options, subject, 1, 0)));
    options.order_seed = 2;
    CHECK(first != ids(pass_job(options, subject, 0, 0)));
    auto sorted = first;
    std::sort(sorted.begin(), sorted.end());
    CHECK(std::unique(sorted.begin(), sorted.end()) == sorted.end());
}

TEST_CASE("cases with weights in common follow each other, wherever chance puts them",
          "[supervise][jobs]") {
    RunOptions options = options_with_cases(10);
    for (int i = 0; i < 10; ++i) {
        Case& each = options.suite.cases.emplace_back();
        Inference run;
        run.model = run.model_sha256 = i % 2 == 0 ? "even" : "odd";
        run.tokens = i + 1;
        each.workload = run;
        each.id = run.model + std::to_string(i);
    }
    std::set<std::size_t> places;
    for (int pass = 0; pass < 5; ++pass) {
        const auto order = ids(pass_job(options, some_subject(), pass, 0));
        REQUIRE(order.size() == 20);
        for (const std::string model : {"even", "odd"}) {
            const auto is = [&](const std::string& id) { return id.starts_with(model); };
            const auto first = std::find_if(order.begin(), order.end(), is);
            CHECK(std::all_of(first, first + 5, is));
            places.insert(static_cast<std::size_t>(first - order.begin()));
        }
    }
    CHECK(places.size() > 3);
}

TEST_CASE("after a death the unreported cases remain, in order", "[supervise][jobs]") {
    const Job job = pass_job(options_with_cases(4), some_subject(), 0, 0);
    const Job rest = remaining_job(job, {true, false, true, false});
    CHECK(ids(rest) == std::vector<std::string>{job.cases[1].id, job.cases[3].id});
    CHECK(rest.orders == std::vector<int>{1, 3});
}

TEST_CASE("the case a worker died in says how and in which phase", "[supervise][jobs]") {
    const Job job = pass_job(options_with_cases(2), some_subject(), 3, 0);
    SessionEnd end;
    end.reason = "worker killed by signal 9 (Killed)";
    end.doing = {1, "measure"};
    const CaseRecord record = failed_record(job, 1, end);
    CHECK(record.outcome.state == State::failed);
    CHECK(record.outcome.reason == "worker killed by signal 9 (Killed) (during measure)");
    CHECK(record.pass == 3);
    CHECK(record.key == key_of(job.cases[1]));
}

TEST_CASE("thread pools are told before they start, or left alone", "[supervise][jobs]") {
    CHECK(thread_environment(0).empty());
    CHECK(thread_environment(2).front() ==
          std::pair<std::string, std::string>{"OMP_NUM_THREADS", "2"});
}
