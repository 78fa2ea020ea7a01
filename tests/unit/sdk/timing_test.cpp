// SPDX-License-Identifier: Apache-2.0
// The simulated device's clock: what it says is a function of its options, and of nothing else.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/sdk/host_session.hpp"

namespace {

/// Durations of `count` invocations of a 4 x 4 x size GEMM in one pass, as events tell them.
std::vector<double> durations(const Settings& settings, int count, const char* pass = "0",
                              std::int64_t size = 4) {
    setenv("ASSAY_PASS", pass, 1);
    Session session(SIMULATED_PLUGIN, settings);
    Problem problem({4, size}, {size, 4}, {4, 4});
    assay_exec* exec = session.prepare(problem.desc());
    const auto bytes = static_cast<std::uint64_t>(16 * size);
    assay_buffer* memory = session.buffer(bytes + 64);
    const std::vector<assay_binding> io = {
        {memory, 0, bytes}, {memory, 0, bytes}, {memory, bytes, 64}};
    assay_event* events[2] = {};
    for (auto& event : events) session.plugin.event_create(session.device, &event, nullptr);
    std::vector<double> told;
    for (int i = 0; i < count; ++i) {
        session.plugin.event_record(session.queue, events[0], nullptr);
        session.enqueue(exec, io);
        session.plugin.event_record(session.queue, events[1], nullptr);
        session.wait();
        double ns = 0;
        session.plugin.event_elapsed_ns(session.device, events[0], events[1], &ns, nullptr);
        told.push_back(ns);
    }
    for (auto* event : events) session.plugin.event_destroy(event);
    unsetenv("ASSAY_PASS");
    return told;
}

double mean(const std::vector<double>& x) {
    return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

/// Relative standard deviation.
double spread(const std::vector<double>& x) {
    double sum = 0;
    for (const double value : x) sum += (value / mean(x) - 1) * (value / mean(x) - 1);
    return std::sqrt(sum / static_cast<double>(x.size()));
}

}  // namespace

TEST_CASE("a duration is flop over rate plus the launch, or the scripted one") {
    // 4 x 4 x 100: 3200 flop, at 2 GFLOP/s 1600 ns, plus 500.
    for (const double ns : durations({{"gflops", "2"}, {"launch_ns", "500"}}, 3, "0", 100)) {
        CHECK(ns == Approx(2100));
    }
    for (const double ns : durations({{"median_ns", "12345"}}, 3, "7", 64)) {
        CHECK(ns == Approx(12345));
    }
}

TEST_CASE("a device with a short clock tells a tenth of the time") {
    const auto told =
        durations({{"median_ns", "1000"}, {"fault", "short_time"}, {"fault_after", "1"}}, 3);
    CHECK(told[0] == Approx(1000));
    CHECK(told[1] == Approx(100));
}

TEST_CASE("durations depend on seed, pass and shape, and are the same for the same three") {
    const std::string noise = GENERATE("normal", "lognormal", "bimodal", "ar1", "outliers");
    const Settings settings = {{"noise", noise}, {"median_ns", "1000"}, {"process_sigma", "0.1"}};
    Settings reseeded = settings;
    reseeded["seed"] = "2";
    const auto first = durations(settings, 50, "3");
    CHECK(first == durations(settings, 50, "3"));
    CHECK(first != durations(settings, 50, "4"));
    CHECK(first != durations(reseeded, 50, "3"));
    CHECK(first != durations(settings, 50, "3", 8));
}

TEST_CASE("each family of noise has the shape it promises") {
    const int count = 4000;
    const Settings base = {{"median_ns", "1000"}, {"sigma", "0.05"}};
    const auto with = [&](Settings more) {
        more.insert(base.begin(), base.end());
        return durations(more, count);
    };
    // The standard error of a spread of 0.05 over 4000 is 0.0006; bounds are five of them.
    CHECK(spread(with({{"noise", "normal"}})) == Approx(0.05).margin(0.003));
    auto lognormal = with({{"noise", "lognormal"}});
    for (double& ns : lognormal) ns = std::log(ns / 1000);
    CHECK(std::fabs(mean(lognormal)) < 0.004);

    const auto outliers = with({{"noise", "outliers"}, {"outlier_fraction", "0.1"}});
    const auto far =
        std::count_if(outliers.begin(), outliers.end(), [](double ns) { return ns > 3000; });
    CHECK(std::abs(far - count / 10) < 95);  // five standard deviations of a count: 5 * 19

    const auto bimodal = with({{"noise", "bimodal"}, {"bimodal_gap", "1"}});
    const auto slow =
        std::count_if(bimodal.begin(), bimodal.end(), [](double ns) { return ns > 1500; });
    CHECK(std::abs(slow - count / 2) < 160);  // 5 * 32

    const auto seldom =
        with({{"noise", "bimodal"}, {"bimodal_gap", "1"}, {"bimodal_fraction", "0.1"}});
    const auto few =
        std::count_if(seldom.begin(), seldom.end(), [](double ns) { return ns > 1500; });
    CHECK(std::abs(few - count / 10) < 95);

    const auto ar1 = with({{"noise", "ar1"}, {"phi", "0.9"}});
    double together = 0, alone = 0;
    for (std::size_t i = 1; i < ar1.size(); ++i) {
        together += (ar1[i] - 1000) * (ar1[i - 1] - 1000);
        alone += (ar1[i] - 1000) * (ar1[i] - 1000);
    }
    CHECK(together / alone == Approx(0.9).margin(0.035));  // 5 * sqrt((1 - 0.81) / 4000)
}

TEST_CASE("warm-up, drift and throttling follow their formulas") {
    const auto warm =
        durations({{"median_ns", "1000"}, {"warmup_extra", "2"}, {"warmup_tau", "10"}}, 200);
    CHECK(warm[0] == Approx(3000));
    CHECK(warm[10] == Approx(1000 + 2000 / std::exp(1.0)));
    CHECK(warm[199] == Approx(1000).margin(0.01));
    const auto droop =
        durations({{"median_ns", "1000"}, {"warmup_extra", "-0.05"}, {"warmup_tau", "10"}}, 200);
    CHECK(droop[0] == Approx(950));
    CHECK(droop[199] == Approx(1000).margin(0.01));
    const auto drifting = durations({{"median_ns", "1000"}, {"drift", "0.5"}}, 101);
    CHECK(drifting[100] == Approx(1050));
    const auto throttled =
        durations({{"median_ns", "1000"}, {"throttle_at", "5"}, {"throttle_factor", "2"}}, 6);
    CHECK(throttled[3] == Approx(1000));
    CHECK(throttled[4] == Approx(2000));
}

TEST_CASE("passes differ by their own factor, the same throughout a pass") {
    const Settings settings = {
        {"median_ns", "1000"}, {"process_bimodal", "0.5"}, {"process_gap", "0.25"}};
    int slow = 0;
    for (int pass = 0; pass < 40; ++pass) {
        const auto told = durations(settings, 3, std::to_string(pass).c_str());
        CHECK(told[0] == told[2]);
        CHECK((told[0] == Approx(1000) || told[0] == Approx(1250)));
        slow += told[0] > 1100 ? 1 : 0;
    }
    CHECK(slow > 5);  // five standard deviations of 40 draws at 1/2 are 15.8
    CHECK(slow < 35);
}

TEST_CASE("passes of t3 noise spread as told, with tails that a normal does not have") {
    const Settings settings = {
        {"median_ns", "1000"}, {"process_sigma", "0.01"}, {"process_noise", "t3"}};
    int beyond = 0, central = 0;
    constexpr int passes = 2000;
    for (int pass = 0; pass < passes; ++pass) {
        const double z = std::log(durations(settings, 1, std::to_string(pass).c_str())[0] / 1000);
        beyond += std::abs(z) > 0.04 ? 1 : 0;
        central += std::abs(z) < 0.01 ? 1 : 0;
    }
    // t3 over sqrt(3): P(|t| > 6.928) = 0.00616, 12 of 2000 (normal: 0.1); P(|t| < 1.732) = 0.8183.
    CHECK(beyond >= 3);
    CHECK(beyond <= 30);
    CHECK(std::abs(central - 1637) < 87);  // five standard deviations of 17.2
}

TEST_CASE("the device says which clock its events are of") {
    const auto& plugin = load(SIMULATED_PLUGIN);
    auto info = blank<assay_device_info>();
    { const Session session(SIMULATED_PLUGIN, {{"memory_bytes", "4096"}}); }
    REQUIRE(plugin.device_get_info(0, &info, nullptr) == ASSAY_OK);
    CHECK(info.kind == ASSAY_KIND_SIMULATED);
    CHECK(info.timer == ASSAY_TIMER_VIRTUAL);
    CHECK(info.memory_bytes == 4096);
    { const Session session(SIMULATED_PLUGIN, {{"timer", "host"}}); }
    REQUIRE(plugin.device_get_info(0, &info, nullptr) == ASSAY_OK);
    CHECK(info.timer == ASSAY_TIMER_HOST);
    // An hour by the script, far less by the host's clock.
    const auto told = durations({{"timer", "host"}, {"median_ns", "3.6e12"}}, 1);
    CHECK(told[0] > 0);
    CHECK(told[0] < 3.6e12);
}

TEST_CASE("memory is counted, and more than there is is refused") {
    const Session session(SIMULATED_PLUGIN, {{"memory_bytes", "1000"}});
    assay_buffer *first = nullptr, *second = nullptr;
    REQUIRE(session.plugin.buffer_alloc(session.device, 600, 0, &first, nullptr) == ASSAY_OK);
    std::uint64_t free_bytes = 0, total_bytes = 0;
    session.plugin.memory_info(session.device, &free_bytes, &total_bytes, nullptr);
    CHECK(free_bytes == 400);
    CHECK(total_bytes == 1000);
    CHECK(session.plugin.buffer_alloc(session.device, 401, 0, &second, nullptr) ==
          ASSAY_ERR_NO_DEVICE_MEMORY);
    session.plugin.buffer_free(first);
    CHECK(session.plugin.buffer_alloc(session.device, 401, 0, &second, nullptr) == ASSAY_OK);
    session.plugin.buffer_free(second);
}

TEST_CASE("a stated peak is told once the device is open, and none when it is unknown") {
    auto peak = blank<assay_peak_rate>();
    const auto& plugin = load(SIMULATED_PLUGIN);
    { const Session session(SIMULATED_PLUGIN); }
    CHECK(plugin.device_get_peak(0, 0, &peak, nullptr) == ASSAY_ERR_INVALID);
    { const Session session(SIMULATED_PLUGIN, {{"peak_gflops", "250"}}); }
    REQUIRE(plugin.device_get_peak(0, 0, &peak, nullptr) == ASSAY_OK);
    CHECK(peak.ops_per_s == 250e9);
}

TEST_CASE("option values that do not fit their declared type are refused by name") {
    const auto [key, value, message] = GENERATE(table<std::string, std::string, std::string>(
        {{"gflops", "fast", "option gflops: 'fast' is not a number"},
         {"gflops", "", "is not a number"},
         {"gflops", "nan", "is not a number"},
         {"gflops", "-1", "is not in"},
         {"seed", "1.5", "option seed: '1.5' is not a whole number"},
         {"seed", "99999999999999999999", "is not a whole number"},
         {"noise", "pink", "is not one of none|normal|lognormal|bimodal|ar1|outliers"},
         {"noise", "none|normal", "is not one of"},
         {"stdout_noise", "maybe", "is neither true nor false"},
         {"unsupported", "bf16,f33", "'f33' is no type"}}));
    const auto& plugin = load(SIMULATED_PLUGIN);
    const assay_kv option = {key.c_str(), value.c_str()};
    assay_device* device = nullptr;
    assay_error error{};
    CHECK(plugin.device_open(0, &option, 1, &device, &error) == ASSAY_ERR_INVALID);
    CHECK_THAT(error.message, Catch::Matchers::Contains(message));
}

TEST_CASE("every declared option is in the README with its default, and has a help text") {
    std::ifstream file(SIMULATED_README);
    std::stringstream readme;
    readme << file.rdbuf();
    const auto& plugin = load(SIMULATED_PLUGIN);
    auto option = blank<assay_option_info>();
    std::uint32_t count = 0;
    for (; plugin.option_get(count, &option, nullptr) == ASSAY_OK; ++count) {
        const std::string value = option.default_value;
        const std::string row =
            "| `" + std::string(option.key) + "` | " + (value.empty() ? "" : value + " ") + "|";
        CHECK_THAT(readme.str(), Catch::Matchers::Contains(row));
        CHECK(std::string(option.help) != "");
    }
    CHECK(count == 39);
}
