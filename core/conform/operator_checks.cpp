// SPDX-License-Identifier: Apache-2.0
// Group G, first half: what a device claims of operators, and its answers against the truth of
// core/workload.
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "core/conform/checks.hpp"
#include "core/conform/samples.hpp"
#include "core/conform/stand.hpp"
#include "core/host/codes.hpp"
#include "core/host/operator.hpp"
#include "core/workload/op_tensor.hpp"
#include "core/workload/workload.hpp"

namespace assay {
namespace {

constexpr Dtype all_types[] = {Dtype::f32, Dtype::f64,    Dtype::f16,    Dtype::bf16,
                               Dtype::i8,  Dtype::f8e4m3, Dtype::f8e5m2, Dtype::u8};

void require_agreement(const Rig& rig, const SampleOp& sample) {
    const Operator asked(sample.op);
    const assay_op_support support = rig.query(asked.desc());
    const assay_status prepared = rig.try_prepare(asked.desc()).first;
    const bool none = support.level == ASSAY_SUPPORT_NONE;
    require(none ? prepared == ASSAY_ERR_UNSUPPORTED : prepared == ASSAY_OK,
            fmt::format("{}: op_query says level {}, op_prepare gives status {}", sample.name,
                        support.level, prepared));
    require(support.level == ASSAY_SUPPORT_NATIVE || !bounded_text(support.reason).empty(),
            fmt::format("{}: level {} without a reason", sample.name, support.level));
}

Block stored(const std::vector<double>& values, Dtype dtype) {
    Block block(bytes(dtype, values.size()));
    store_range(block, dtype, 0, values);
    return block;
}

std::vector<double> loaded(const Block& block, Dtype dtype, std::uint64_t count) {
    std::vector<double> values(count);
    load_range(block, dtype, 0, values);
    return values;
}

/// D of a matmul whose operands are these.
std::vector<double> product(const Rig& rig, const Op& op, const std::vector<double>& a,
                            const std::vector<double>& b) {
    const Stand stand(rig, op, {stored(a, op.inputs[0].dtype), stored(b, op.inputs[1].dtype)});
    return loaded(stand.answer().front(), op.outputs[0].dtype, element_count(op.outputs[0]));
}

/// One strange element in A makes its row of D strange, and no other.
void check_strange(const Rig& rig, const Op& op, double strange) {
    constexpr std::size_t m = 4, k = 6, n = 5, row = 2;
    std::vector<double> a(m * k, 1), b(k * n, 1);
    a[row * k + 3] = strange;
    const std::vector<double> d = product(rig, op, a, b);
    for (std::size_t i = 0; i < d.size(); ++i) {
        const bool here = i / n == row;
        const double expected = here ? strange + static_cast<double>(k - 1) : k;
        const bool right = std::isnan(expected) ? std::isnan(d[i]) : d[i] == expected;
        require(right, fmt::format("a matmul with {} in A gives {} at {}, expected is {}", strange,
                                   d[i], i, expected));
    }
}

/// NaN, infinity, zeros, and the largest numbers.
void check_extremes(const Rig& rig, const Op& op) {
    const Dtype type = op.inputs[0].dtype;
    check_strange(rig, op, std::numeric_limits<double>::quiet_NaN());
    check_strange(rig, op, std::numeric_limits<double>::infinity());
    const std::vector<double> zeros(std::size_t{4} * 6, 0), ones(std::size_t{6} * 5, 1);
    for (const double each : product(rig, op, zeros, ones)) {
        require(each == 0, fmt::format("a matmul of zeros gives {}", each));
    }
    std::vector<double> large(zeros.size(), 0);
    large[0] = largest(type) / 2;
    const double found = product(rig, op, large, ones).front();
    require(found == large[0], fmt::format("a matmul of {} and ones gives {}", large[0], found));
}

/// Products whose sums of two no i16 holds: hardware without dot products saturates there.
void check_integer_extremes(const Rig& rig) {
    const Op op = plain_matmul({2, 3, 4}, Dtype::i8);
    if (!offers(rig, op)) return;
    for (const auto& [x, y] : {std::pair{127, 127}, std::pair{-128, -128}, std::pair{127, -128}}) {
        const std::vector<double> a(std::size_t{2} * 4, x), b(std::size_t{4} * 3, y);
        for (const double each : product(rig, op, a, b)) {
            require(each == 4 * x * y,
                    fmt::format("four products of {} and {} in i8 sum to {}", x, y, each));
        }
    }
}

/// The operand with a row of padding in each of its rows; the answer must be that of the dense one.
void check_strided(const Rig& rig, std::size_t operand) {
    Op op = offered_matmul(rig, {6, 10, 8});
    const Stand dense(rig, op);
    const std::vector<Block> right = dense.answer();
    const Dtype type = op.inputs[0].dtype;
    const auto width = static_cast<std::uint64_t>(op.inputs[operand].dims[1]);
    const auto height = static_cast<std::uint64_t>(op.inputs[operand].dims[0]);
    constexpr std::uint64_t padding = 3;
    op.inputs[operand].strides = {static_cast<std::int64_t>(width + padding), 1};
    if (!offers(rig, op)) return;
    std::vector<Block> inputs = dense.inputs();
    const std::vector<double> values = loaded(inputs[operand], type, width * height);
    std::vector<double> padded((height - 1) * (width + padding) + width, 777);
    for (std::uint64_t i = 0; i < values.size(); ++i) {
        padded[i / width * (width + padding) + i % width] = values[i];
    }
    inputs[operand] = stored(padded, type);
    const Stand strided(rig, op, inputs);
    const Check check = strided.judge(strided.answer());
    require(check.passed,
            fmt::format("a matmul with strides in operand {}: {}", operand, check.reason));
}

void check_broadcast(const Rig& rig, bool of_a) {
    const Dtype type = offered_matmul(rig, {4, 5, 6}).inputs[0].dtype;
    const Op op = op_of(Gemm{.m = 4,
                             .n = 5,
                             .k = 6,
                             .batch = 3,
                             .a = type,
                             .b = type,
                             .d = type,
                             .broadcast_a = of_a,
                             .broadcast_b = !of_a});
    if (!offers(rig, op)) return;
    Stand(rig, op).require_right(of_a ? "a batch with one A" : "a batch with one B");
}

// ---------------------------------------------------------------- G38

/// 1 + 2^-fraction times 1: exact unless the operand is rounded to fewer bits.
void check_operand_precision(const Rig& rig, Dtype type, int fraction, const char* secret) {
    const Op op = plain_matmul({1, 1, 1}, type);
    if (!offers(rig, op)) return;
    const Stand stand(rig, op, {stored({1 + std::ldexp(1, -fraction)}, type), stored({1}, type)});
    if (stand.described().math != ASSAY_MATH_STRICT) return;
    const double found = loaded(stand.answer().front(), type, 1).front();
    require(found == 1 + std::ldexp(1, -fraction),
            fmt::format("math is said to be strict, but operands of {} are rounded as by {}",
                        name(type), secret));
}

/// 2^12 ones and one more: 4097 has 13 bits, more than a sum in f16 or bf16 holds.
void check_accumulator(const Rig& rig, Dtype type) {
    constexpr std::size_t k = 4097;
    Op op = plain_matmul({1, 1, k}, type);
    op.outputs[0].dtype = Dtype::f32;
    if (!offers(rig, op)) return;
    const std::vector<double> ones(k, 1);
    const Stand stand(rig, op, {stored(ones, type), stored(ones, type)});
    const std::int32_t said = stand.described().accumulator;
    const double found = loaded(stand.answer().front(), Dtype::f32, 1).front();
    if (said != ASSAY_F32 && said != ASSAY_F64) return;
    require(found == k, fmt::format("the accumulator is said to be f32 or wider, but {} ones of {} "
                                    "sum to {}",
                                    k, name(type), found));
}

/// Sums of f64 hold 2^40 + 1 - 2^40; those of f32 do not, in whatever order.
void check_wide_accumulator(const Rig& rig) {
    const Op op = plain_matmul({1, 1, 64}, Dtype::f32);
    if (!offers(rig, op)) return;
    std::vector<double> a(64, 1), b(64, 1);
    a[0] = std::ldexp(1, 40);
    a[63] = -a[0];
    const Stand stand(rig, op, {stored(a, Dtype::f32), stored(b, Dtype::f32)});
    if (stand.described().accumulator != ASSAY_F64) return;
    const double found = loaded(stand.answer().front(), Dtype::f32, 1).front();
    require(found == 62, fmt::format("the accumulator is said to be f64, but 2^40 + 62 - 2^40 is "
                                     "{}",
                                     found));
}

}  // namespace

std::string check_query_and_prepare(const Candidate& candidate) {
    const Rig rig(candidate);
    for (const Dtype dtype : all_types) {
        for (const SampleOp& sample : sample_operators(dtype)) require_agreement(rig, sample);
    }
    return "";
}

std::string check_answers(const Candidate& candidate) {
    const Rig rig(candidate);
    int offered = 0;
    for (const Dtype dtype : all_types) {
        for (const SampleOp& sample : sample_operators(dtype)) {
            if (!offers(rig, sample.op)) continue;
            ++offered;
            for (const Distribution each : {Distribution::normal, Distribution::integers}) {
                Stand(rig, sample.op, sample.hints, each).require_right(sample.name);
            }
        }
    }
    if (offered == 0) skip_check("the device offers no operator");
    for (const Dtype dtype : {Dtype::f32, Dtype::f64}) {
        const Op op = plain_matmul({4, 5, 6}, dtype);
        if (offers(rig, op)) check_extremes(rig, op);
    }
    check_integer_extremes(rig);
    return "";
}

std::string check_shapes(const Candidate& candidate) {
    const Rig rig(candidate);
    for (const MatmulSize& size :
         {MatmulSize{1, 1, 1}, MatmulSize{1, 1, 257}, MatmulSize{1, 311, 7}, MatmulSize{311, 1, 7},
          MatmulSize{2, 2, 1}, MatmulSize{7, 11, 13}, MatmulSize{31, 33, 29},
          MatmulSize{17, 64, 64}, MatmulSize{64, 17, 64}, MatmulSize{64, 64, 17},
          MatmulSize{1, 4099, 3}, MatmulSize{127, 129, 131}}) {
        const Op op = offered_matmul(rig, size);
        Stand(rig, op).require_right(fmt::format("{}x{}x{}", size.m, size.n, size.k));
    }
    // An empty dimension is refused, or there is nothing to compute: never a crash.
    Op empty = offered_matmul(rig, {3, 4, 5});
    empty.inputs[0].dims[0] = empty.outputs[0].dims[0] = 0;
    (void)rig.try_prepare(Operator(empty).desc());
    return "";
}

std::string check_layouts(const Candidate& candidate) {
    const Rig rig(candidate);
    check_strided(rig, 0);
    check_strided(rig, 1);
    check_broadcast(rig, true);
    check_broadcast(rig, false);
    return "";
}

std::string check_arithmetic(const Candidate& candidate) {
    const Rig rig(candidate);
    (void)offered_matmul(rig, {1, 1, 1});
    check_operand_precision(rig, Dtype::f32, 9, "bf16");
    check_operand_precision(rig, Dtype::f32, 13, "tf32");
    check_operand_precision(rig, Dtype::f32, 20, "bf16x3 or f16x2");
    check_operand_precision(rig, Dtype::f64, 40, "f32");
    check_operand_precision(rig, Dtype::f16, 9, "bf16");
    for (const Dtype dtype : {Dtype::f16, Dtype::bf16, Dtype::f8e4m3, Dtype::f8e5m2}) {
        check_accumulator(rig, dtype);
    }
    check_wide_accumulator(rig);
    return "";
}

}  // namespace assay
