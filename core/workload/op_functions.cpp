// SPDX-License-Identifier: Apache-2.0
// One table row for each function: its formula and its roundings. Numbers of roundings are chosen:
// exp, log, tanh and their kind are good to 8 in f32 libraries (OpenCL 3.0 C specification, table
// of ULP: exp 3, pow 16, tanh 5), divisions and roots by reciprocal to 4.
#include "core/workload/op_functions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace assay {

namespace {

struct Arguments {
    double x, y, z, p, q;
};
using Formula = double (*)(const Arguments&);

double hard(double x) {
    return std::min(std::max(x, 0.0), 1.0);
}
double one(const Arguments& /*a*/) {
    return 1;
}
double size_of_x(const Arguments& a) {
    return std::fabs(a.x);
}

/// roundings = factor |value| + extra(arguments).
struct Row {
    Formula value;
    double factor = 0;
    double extra_factor = 0;
    Formula extra = one;
};

constexpr int functions = 40;

using A = const Arguments&;
constexpr std::array<Row, functions> rows = {{
    {[](A a) { return a.x; }},
    {[](A a) { return a.x + a.y; }, 1},
    {[](A a) { return a.x * a.y; }, 1},
    {[](A a) { return a.x - a.y; }, 1},
    {[](A a) { return a.x / a.y; }, 4},
    {[](A a) { return std::max(a.x, a.y); }},
    {[](A a) { return a.x; }},        // activation: not from this table
    {[](A a) { return a.x * a.y; }},  // gated: likewise
    {[](A a) { return std::exp(a.x); }, 8, 2, [](A a) { return std::fabs(a.x) * std::exp(a.x); }},
    {[](A a) { return 1 / (1 + std::exp(-a.x)); }, 16},
    {[](A a) { return std::tanh(a.x); }, 8, 8, [](A a) { return std::min(size_of_x(a), 1.0); }},
    {[](A a) { return std::min(a.x, a.y); }},
    {[](A a) { return std::pow(a.x, a.y); }, 16, 4,
     [](A a) {
         const double power = std::fabs(std::pow(a.x, a.y));
         return a.x == 0 ? 0 : power * std::fabs(a.y * std::log(std::fabs(a.x)));
     }},
    {[](A a) { return std::sqrt(a.x); }, 4},
    {[](A a) { return 1 / std::sqrt(a.x); }, 4},
    {[](A a) { return std::log(a.x); }, 8, 4},
    {[](A a) { return std::fabs(a.x); }},
    {[](A a) { return -a.x; }},
    {[](A a) { return std::erf(a.x); }, 8, 8, [](A a) { return std::min(size_of_x(a), 1.0); }},
    {[](A a) { return std::floor(a.x); }},
    {[](A a) { return std::ceil(a.x); }},
    {[](A a) { return std::nearbyint(a.x); }},
    {[](A a) { return std::sin(a.x); }, 8, 4},
    {[](A a) { return std::cos(a.x); }, 8, 4},
    {[](A a) { return 1 / a.x; }, 4},
    {[](A a) { return std::min(std::max(a.x, a.p), a.q); }},
    {[](A a) { return hard(a.p * a.x + a.q); }, 2, 1,
     [](A a) { return std::fabs(a.p * a.x) + std::fabs(a.q); }},
    {[](A a) { return a.x * hard(a.x / 6 + 0.5); }, 4, 2, size_of_x},
    {[](A a) { return a.x < 0 ? a.p * a.x : a.x; }, 1},
    {[](A a) { return a.x < 0 ? a.p * std::expm1(a.x) : a.x; }, 8, 8,
     [](A a) { return a.x < 0 ? std::fabs(a.p) : 0; }},
    {[](A a) { return std::max(a.x, 0.0) + std::log1p(std::exp(-std::fabs(a.x))); }, 8, 8},
    {[](A a) { return static_cast<double>((a.x > 0) - (a.x < 0)); }},
    {[](A a) { return a.x < 0 ? a.y * a.x : a.x; }, 1},
    {[](A a) { return a.x != 0 ? a.y : a.z; }},
    {[](A a) { return static_cast<double>(a.x == a.y); }},
    {[](A a) { return static_cast<double>(a.x < a.y); }},
    {[](A a) { return static_cast<double>(a.x > a.y); }},
    {[](A a) { return static_cast<double>(a.x == 0); }},
    {[](A a) { return static_cast<double>(a.x != 0 && a.y != 0); }},
    {[](A a) { return static_cast<double>(a.x != 0 || a.y != 0); }},
}};

}  // namespace

FunctionValue apply(const ElementwiseAttrs& attrs, const std::array<double, 3>& operands,
                    bool whole) {
    const Row& row = rows.at(static_cast<std::size_t>(attrs.function));
    const Arguments a{operands[0], operands[1], operands[2], attrs.p, attrs.q};
    const double value = row.value(a);
    if (whole) return {.value = attrs.function == Function::div ? std::trunc(value) : value};
    const double extra = row.extra_factor == 0 ? 0 : row.extra_factor * row.extra(a);
    const double roundings = row.factor == 0 ? 0 : row.factor * std::fabs(value) + extra;
    return {.value = value, .roundings = roundings, .curved = row.factor >= 8};
}

}  // namespace assay
