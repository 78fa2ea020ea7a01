// SPDX-License-Identifier: Apache-2.0
// Every suite in suites/: it loads, its ids are unique, its shapes have sources, it states its
// time.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "core/base/file.hpp"
#include "tests/unit/suite/folder.hpp"

namespace assay {

namespace {

using test::gemm_of;
namespace fs = std::filesystem;

const fs::path folder = ASSAY_SUITES;

Suite shipped(const std::string& name) {
    return load_suite(find_suite(name, {folder}));
}

bool any(const Suite& suite, const std::function<bool(const Case&)>& is) {
    return std::any_of(suite.cases.begin(), suite.cases.end(), is);
}

}  // namespace

TEST_CASE("every suite loads with unique ids, a source for each case, a title and its minutes") {
    const auto all = list_suites({folder});
    REQUIRE(all.size() >= 14);
    for (const std::string& name : all) {
        INFO(name);
        const Suite suite = shipped(name);
        REQUIRE(suite.name == name);
        REQUIRE_FALSE(suite.title.empty());
        REQUIRE_FALSE(suite.description.empty());
        REQUIRE(suite.minutes > 0);
        std::set<std::string> ids, keys;
        for (const Case& each : suite.cases) {
            INFO(each.id);
            REQUIRE_FALSE(each.source.empty());
            REQUIRE_FALSE(each.group.empty());
            ids.insert(each.id);
            keys.insert(key_of(each));
        }
        REQUIRE(ids.size() == suite.cases.size());
        REQUIRE(keys.size() == suite.cases.size());
    }
}

TEST_CASE("every suite and every shape list is told of in suites/README.md") {
    const std::string readme = read_file(folder / "README.md");
    for (const std::string& name : list_suites({folder})) {
        INFO(name);
        REQUIRE(readme.find("`" + name + "`") != std::string::npos);
    }
    for (const auto& each : fs::directory_iterator(folder / "shapes")) {
        const std::string file = "`shapes/" + each.path().filename().string() + "`";
        INFO(file);
        REQUIRE(readme.find(file) != std::string::npos);
    }
}

TEST_CASE("square has six cases in three types, hot throughput") {
    const Suite square = shipped("gemm/square");
    REQUIRE(square.cases.size() == 6);
    std::set<Dtype> types;
    for (const Case& each : square.cases) {
        const Gemm& gemm = gemm_of(each);
        REQUIRE((gemm.m == gemm.n && gemm.n == gemm.k));
        REQUIRE(each.protocol == Protocol{});
        types.insert(gemm.a);
    }
    REQUIRE(types == std::set<Dtype>{Dtype::f32, Dtype::bf16, Dtype::i8});
}

TEST_CASE("quick is a cross-section of at most sixteen cases under the quick profile") {
    const Suite quick = shipped("quick");
    REQUIRE(quick.profile == "quick");
    REQUIRE(quick.minutes <= 3);
    REQUIRE(quick.cases.size() <= 16);
    REQUIRE(any(quick, [](const Case& c) { return c.protocol.measure == Measure::latency; }));
    REQUIRE(any(quick, [](const Case& c) { return c.protocol.cache == CacheState::weights_cold; }));
    REQUIRE(any(quick, [](const Case& c) { return gemm_of(c).batch > 1; }));
    REQUIRE(any(quick, [](const Case& c) { return is_integer(gemm_of(c).a); }));
}

TEST_CASE("standard fits a small machine: at most fifty cases, none of them large") {
    const Suite standard = shipped("standard");
    REQUIRE(standard.cases.size() >= 40);
    REQUIRE(standard.cases.size() <= 50);
    REQUIRE(standard.minutes <= 45);
    for (const Case& each : standard.cases) {
        INFO(each.id);
        // f32 reaches 200 GFLOP/s on two cores, bf16 400, 8-bit more.
        const auto* gemm = std::get_if<Gemm>(&each.workload);
        const bool bf16 = gemm != nullptr && gemm->a == Dtype::bf16;
        REQUIRE(flop(each.workload) <= (bf16 ? 20e9 : 9e9));
        REQUIRE(least_bytes(each.workload) <= 150e6);
    }
}

TEST_CASE("decode streams constant weights of one token, prefill uses the same widths") {
    const Suite decode = shipped("gemm/llm_decode"), prefill = shipped("gemm/llm_prefill");
    REQUIRE(decode.cases.size() == prefill.cases.size());
    for (std::size_t i = 0; i < decode.cases.size(); ++i) {
        const Gemm &one = gemm_of(decode.cases[i]), &many = gemm_of(prefill.cases[i]);
        REQUIRE(decode.cases[i].protocol.cache == CacheState::weights_cold);
        REQUIRE((one.m == 1 && one.constant_b && one.transpose_b));
        REQUIRE((one.n == many.n && one.k == many.k && many.m > 1));
    }
}

TEST_CASE("the projections of Llama 3.1 8B follow from its published widths") {
    const Suite suite = select(shipped("gemm/llm_prefill"), "group=Llama*8B");
    const auto shape = [&](std::size_t i) {
        return std::pair{gemm_of(suite.cases.at(i)).n, gemm_of(suite.cases.at(i)).k};
    };
    // hidden 4096, intermediate 14336, 32 + 2 * 8 heads of 128.
    REQUIRE(shape(0) == std::pair{std::int64_t{(32 + 2 * 8) * 128}, std::int64_t{4096}});
    REQUIRE(shape(1) == std::pair{std::int64_t{4096}, std::int64_t{32 * 128}});
    REQUIRE(shape(2) == std::pair{std::int64_t{2 * 14336}, std::int64_t{4096}});
    REQUIRE(shape(3) == std::pair{std::int64_t{4096}, std::int64_t{14336}});
}

TEST_CASE("types has a case for every operand type there is but i32") {
    std::set<Dtype> seen;
    for (const Case& each : shipped("gemm/dtypes").cases) seen.insert(gemm_of(each).a);
    REQUIRE(seen.size() == dtype_names().size() - 1);
}

TEST_CASE("data has one product on every distribution there is, in each of its types") {
    std::map<Dtype, std::set<Distribution>> seen;
    for (const Case& each : shipped("gemm/data").cases) {
        REQUIRE((gemm_of(each).m == 1024 && gemm_of(each).n == 1024 && gemm_of(each).k == 1024));
        seen[gemm_of(each).a].insert(each.protocol.distribution);
    }
    REQUIRE(seen.size() == 3);
    for (const auto& [dtype, distributions] : seen) {
        REQUIRE(distributions.size() == (is_integer(dtype) ? 3 : 4));  // hpl is of floats
    }
}

TEST_CASE("DeepBench has its published server sizes") {
    const Suite suite = shipped("gemm/deepbench");
    REQUIRE(suite.cases.size() == 75);
    const auto has = [&](std::int64_t m, std::int64_t n, std::int64_t k) {
        return any(suite, [&](const Case& each) {
            const Gemm& gemm = gemm_of(each);
            return gemm.m == m && gemm.n == n && gemm.k == k;
        });
    };
    // std::make_tuple(5124, 700, 2048, false, false), (35, 700, 2048), (1024, 4, 500000),
    // (512, 4, 512) of the file; our m is its n.
    REQUIRE(has(700, 5124, 2048));
    REQUIRE(has(700, 35, 2048));
    REQUIRE(has(4, 1024, 500000));
    REQUIRE(has(4, 512, 512));
}

}  // namespace assay
