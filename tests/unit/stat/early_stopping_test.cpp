// SPDX-License-Identifier: Apache-2.0
// Early stopping against MLPerf's published numbers and against sums of binomial masses.
#include "core/stat/early_stopping.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

using namespace assay;

namespace {

/// P(X <= over), X ~ Bin(n, 1 - p), term by term: no function of the library.
double binomial_sum(std::int64_t n, std::int64_t over, double p) {
    const double odds = (1 - p) / p;
    double mass = std::pow(p, double(n)), sum = 0;
    for (std::int64_t k = 0; k <= over; ++k) {
        sum += mass;
        mass *= odds * double(n - k) / double(k + 1);
    }
    return sum;
}

TailRule at(double percentile) {
    TailRule rule;
    rule.percentile = percentile;
    return rule;
}

}  // namespace

TEST_CASE("the queries needed are those of MLPerf", "[stat][early_stopping]") {
    struct Row {
        double percentile;
        std::int64_t over, needed;
    };
    // mlperf.conf: *.MultiStream.min_query_count = 662 (p99, t = 1). mlcommons/endpoints#417: 459
    // (p99, t = 0) and 64 (p90, t = 1). The others: binomial sums with 40 digits (mpmath 1.3),
    // which are the table of research/statistics 1.10 and research/peers 2.6.
    for (const Row& row : {
             Row{0.99, 1, 662},       Row{0.99, 0, 459},         Row{0.9, 1, 64},
             Row{0.9, 0, 44},         Row{0.9, 2, 81},           Row{0.9, 5, 127},
             Row{0.9, 10, 197},       Row{0.9, 100, 1246},       Row{0.9, 1000, 10722},
             Row{0.95, 0, 90},        Row{0.95, 1, 130},         Row{0.95, 2, 165},
             Row{0.95, 5, 259},       Row{0.95, 10, 398},        Row{0.95, 100, 2504},
             Row{0.97, 0, 152},       Row{0.97, 1, 219},         Row{0.97, 2, 277},
             Row{0.97, 5, 433},       Row{0.97, 10, 667},        Row{0.99, 2, 838},
             Row{0.99, 5, 1307},      Row{0.99, 10, 2010},       Row{0.99, 100, 12571},
             Row{0.99, 1000, 107569}, Row{0.999, 0, 4603},       Row{0.999, 1, 6636},
             Row{0.999, 2, 8403},     Row{0.999, 5, 13105},      Row{0.999, 10, 20140},
             Row{0.999, 100, 125826}, Row{0.999, 1000, 1076032}, Row{0.999, 5000, 5166900},
             Row{0.9, 20000, 203145},
         }) {
        CAPTURE(row.percentile, row.over);
        CHECK(queries_needed(row.over, at(row.percentile)) == row.needed);
    }
}

TEST_CASE("the fixed numbers of queries are those of MLPerf's table", "[stat][early_stopping]") {
    // MLPerf Inference (arXiv 1911.02549), table IV; 23,886 also in inference_rules.adoc.
    CHECK(fixed_queries(at(0.9)) == 23886);
    CHECK(fixed_queries(at(0.95)) == 50425);
    CHECK(fixed_queries(at(0.99)) == 262742);
}

TEST_CASE("a rule is proven by the queries needed and not by one less", "[stat][early_stopping]") {
    const double p = GENERATE(0.9, 0.97, 0.99);
    for (std::int64_t over = 0; over < 40; ++over) {
        const std::int64_t n = queries_needed(over, at(p));
        CAPTURE(p, over, n);
        CHECK(binomial_sum(n, over, p) <= 0.01);
        CHECK(binomial_sum(n - 1, over, p) > 0.01);
        CHECK(proves_met(n, over, at(p)));
        CHECK_FALSE(proves_met(n - 1, over, at(p)));
        CHECK(std::abs(luck(n, over, at(p)) / binomial_sum(n, over, p) - 1) < 1e-9);
    }
}

TEST_CASE("a tolerance is a lower percentile", "[stat][early_stopping]") {
    TailRule tolerant = at(0.99);
    tolerant.tolerance = 0.04;
    CHECK(queries_needed(1, tolerant) == 130);  // that of 0.95
}

TEST_CASE("the most beyond the bound is the inverse of the queries needed",
          "[stat][early_stopping]") {
    const TailRule rule = at(0.9);
    CHECK(most_over(0, rule) == -1);
    CHECK(most_over(43, rule) == -1);
    CHECK(most_over(44, rule) == 0);
    for (std::int64_t n = 1; n <= 400; ++n) {
        const std::int64_t t = most_over(n, rule);
        CAPTURE(n, t);
        CHECK((t < 0 || queries_needed(t, rule) <= n));
        CHECK(queries_needed(t + 1, rule) > n);
    }
}

TEST_CASE("millions of queries are no harder", "[stat][early_stopping]") {
    const TailRule rule = at(0.999);
    const std::int64_t t = most_over(10'000'000, rule);
    CHECK(queries_needed(t, rule) <= 10'000'000);
    CHECK(queries_needed(t + 1, rule) > 10'000'000);
    // Normal approximation: 10,000 - 2.326 sqrt(9,990) = 9,767.5
    CHECK(std::abs(double(t) - 9767.5) < 5);
}

TEST_CASE("the estimate discards t - 1 latencies and is the largest of the rest",
          "[stat][early_stopping]") {
    std::vector<double> latencies(197);
    std::iota(latencies.begin(), latencies.end(), 1.0);
    std::reverse(latencies.begin(), latencies.end());
    // 197 queries prove 0.9 with t = 10: nine are discarded, 188 is the largest left.
    const TailEstimate p90 = tail_estimate(latencies, at(0.9));
    CHECK(p90.discarded == 9);
    CHECK(p90.value == 188);
    CHECK(tail_text(p90, "188 ms") == "188 ms");
    CHECK(latencies.front() == 197);  // the order is the caller's

    const TailEstimate p99 = tail_estimate(latencies, at(0.99));
    CHECK_FALSE(p99.available());
    CHECK(tail_text(p99, "188 ms") == "n/a (n=197 < 662)");
    CHECK(tail_text(tail_estimate({}, at(0.9)), "") == "n/a (n=0 < 64)");
}
