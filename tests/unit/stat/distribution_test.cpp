// SPDX-License-Identifier: Apache-2.0
// Distribution functions against references computed with 60 digits by mpmath 1.2: erfc, erfinv,
// and I_x(a, b) as the series DLMF 8.17.8 (all terms positive); quantiles by findroot on them.
#include "core/stat/distribution.hpp"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

using namespace assay;

namespace {

/// Relative error; where the reference is 0 only 0 will do.
double error_of(double value, double reference) {
    return value == reference ? 0 : std::abs(value / reference - 1);
}

constexpr double tolerance = 1e-12;

/// For many degrees of freedom df / (df + t^2) is close to 1, and its rounding costs digits.
double student_tolerance(double df) {
    return std::max(tolerance, 1e-15 * df);
}

}  // namespace

TEST_CASE("the normal distribution function is right to 1e-12", "[stat][distribution]") {
    const double table[][2] = {
        {-37, 5.725571222524576822683193e-300},  {-10, 7.619853024160526065973343e-24},
        {-5, 0.0000002866515718791939116737523}, {-1.5, 0.06680720126885806600449404},
        {-0.25, 0.4012936743170762757591462},    {0.5, 0.6914624612740131036377046},
        {1.96, 0.9750021048517795658634157},     {4, 0.9999683287581668800787462},
        {8, 0.9999999999999993779039426},
    };
    for (const auto& [x, reference] : table) {
        CAPTURE(x);
        CHECK(error_of(normal_cdf(x), reference) <= tolerance);
    }
}

TEST_CASE("normal quantiles are right to 1e-12", "[stat][distribution]") {
    const double table[][2] = {
        {1e-300, -37.04709629936119923654704}, {1e-100, -21.27345356096532429417952},
        {1e-20, -9.262340089798407579572095},  {1e-9, -5.997807015007686861445655},
        {0.001, -3.090232306167813535358005},  {0.025, -1.959963984540054211779584},
        {0.07, -1.475791028179170685608678},   {0.08, -1.405071560309632544749097},
        {0.3, -0.5244005127080408159694544},   {0.499, -0.002506630899571766231698791},
        {0.6, 0.2533471031357997413246887},    {0.9, 1.281551565544600593487448},
        {0.975, 1.959963984540053855604431},   {0.9999, 3.719016485455708386722759},
    };
    for (const auto& [p, reference] : table) {
        CAPTURE(p);
        CHECK(error_of(normal_quantile(p), reference) <= tolerance);
    }
}

TEST_CASE("the incomplete beta function is right to 1e-12", "[stat][distribution]") {
    const double table[][4] = {
        {0.5, 0.5, 0.001, 0.02013504163337749097234439},
        {0.5, 3, 0.75, 0.9945760496586912583927133},
        {2, 3, 0.4, 0.5248},
        {4.5, 0.5, 0.9375, 0.4584436538997875404664537},
        {50, 0.5, 0.5, 9.901688984594139175431399e-17},
        {10, 200, 0.03125, 0.1218954754757116551219519},
        {1000, 1500, 0.40625, 0.7387402807492908162208686},
        {1000, 1500, 0.375, 0.005111191792421388247192817},
        {5000, 0.5, 0.9990234375, 0.001773913287682948881834634},
        {30000, 270000, 0.1015625, 0.997753204603176603543065},
        {0.001, 5, 0.25, 0.9998645461167970627226721},
    };
    for (const auto& [a, b, x, reference] : table) {
        CAPTURE(a, b, x);
        CHECK(error_of(incomplete_beta(a, b, x), reference) <= tolerance);
    }
    CHECK(incomplete_beta(2, 3, 0) == 0);
    CHECK(incomplete_beta(2, 3, 1) == 1);
}

TEST_CASE("Student's distribution function is right to 1e-12", "[stat][distribution]") {
    const double table[][3] = {
        {-3, 1, 0.1024163823495667258245989},     {-0.5, 2, 0.3333333333333333333333333},
        {1, 3, 0.8044988905221146790444983},      {-2.25, 4.5, 0.04010387805797318633462028},
        {-40, 9, 9.491499224669913235157e-12},    {-1e-5, 9, 0.4999961196509113551720349},
        {2, 9, 0.9617235881146494793983345},      {-6, 19.7, 0.000003858116280982705957243573},
        {-2, 1000, 0.02288517324662582002439686}, {-3.5, 1000000.0, 0.0002326391968405174874129515},
        {-1e8, 1, 3.18309886183790660927438e-9},  {-8, 400, 6.786888267656063783054431e-15},
    };
    for (const auto& [t, df, reference] : table) {
        CAPTURE(t, df);
        CHECK(error_of(student_cdf(t, df), reference) <= student_tolerance(df));
    }
    CHECK(student_cdf(0, 5) == 0.5);
    CHECK(student_cdf(-1e200, 5) == 0);
    CHECK(student_cdf(1.5, INFINITY) == normal_cdf(1.5));
}

TEST_CASE("Student's quantiles are right to 1e-12", "[stat][distribution]") {
    const double table[][3] = {
        {0.975, 1, 12.70620473617469331410164},
        {0.975, 2, 4.302652729749461789420376},
        {0.975, 4, 2.776445105197793489790962},
        {0.975, 9, 2.262157162798204999202853},
        {0.95, 9, 1.83311293265623660953014},
        {0.975, 19, 2.093024054408309320131921},
        {0.995, 5.5, 3.849911466001036208331228},
        {0.6, 7, 0.2631668613520227521531209},
        {0.5000001, 9, 0.000000257708772229144376752559},
        {1e-10, 1, -3183098861.83790659930567},
        {1e-06, 3, -103.2994677804193442994828},
        {0.01, 0.5, -1028.491010471621872904477},
        {0.9, 100000.0, 1.281560031449361140604023},
        {0.975, 123.456, 1.97936605616707804768024},
        {0.75, 9, 0.7027221467513263671826864},
        {0.76, 2.5, 0.8264103111756797263155704},
        {1e-12, 30, -11.39721752331141118996713},
    };
    for (const auto& [p, df, reference] : table) {
        CAPTURE(p, df);
        CHECK(error_of(student_quantile(p, df), reference) <= tolerance);
    }
    CHECK(student_quantile(0.5, 3) == 0);
    CHECK(student_quantile(0.975, INFINITY) == normal_quantile(0.975));
    CHECK(student_quantile(0.025, 7) == Approx(-student_quantile(0.975, 7)).epsilon(1e-13));
}

TEST_CASE("the quantile undoes the distribution function for many degrees of freedom",
          "[stat][distribution]") {
    for (double df = 0.3; df < 1e6; df *= 1.7) {
        for (double p = 1e-9; p < 0.5; p *= 2.3) {
            CAPTURE(p, df);
            const double back = student_cdf(student_quantile(p, df), df);
            REQUIRE(error_of(back, p) <= student_tolerance(df));
        }
    }
}

TEST_CASE("the binomial distribution function is right to 1e-12", "[stat][distribution]") {
    struct Row {
        std::int64_t k, n;
        double p, reference;
    };
    const Row table[] = {
        {0, 5, 0.5, 0.03125},
        {2, 10, 0.25, 0.525592803955078125},
        {18, 50, 0.5, 0.03245432353613608711384586},
        {364, 368, 0.984375, 0.8272333287274657448306765},
        {468, 1000, 0.5, 0.02314559868024907621726371},
        {90, 3688, 0.03125, 0.007838301495144812810891122},
        {262000, 262742, 0.99609375, 0.9999999999999999999963663},
        {4, 6, 0.5, 0.890625},
    };
    for (const Row& row : table) {
        CAPTURE(row.k, row.n, row.p);
        CHECK(error_of(binomial_cdf(row.k, row.n, row.p), row.reference) <= tolerance);
    }
    CHECK(binomial_cdf(-1, 5, 0.5) == 0);
    CHECK(binomial_cdf(5, 5, 0.5) == 1);
}
