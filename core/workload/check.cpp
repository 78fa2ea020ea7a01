// SPDX-License-Identifier: Apache-2.0
// Samples batches; in each, reads the operands as vectors, multiplies, and lets the judge hear.
#include "core/workload/check.hpp"

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/workload/freivalds.hpp"
#include "core/workload/gemm_operands.hpp"
#include "core/workload/judge.hpp"
#include "core/workload/reference.hpp"
#include "core/workload/sampling.hpp"

namespace assay {

namespace {

constexpr std::uint64_t sampling_stream = 0x636865636b;  // "check": apart from input data

ElementSums element(const Sums& sums, std::size_t i) {
    return {.product = sums.product[i], .magnitude = sums.magnitude[i], .squares = sums.squares[i]};
}

void hear_rows(const Sampling& sampling, const GemmOperands& operands, std::uint64_t batch,
               Judge& judge) {
    for (const std::uint64_t row : sampling.rows) {
        const std::vector<double> fixed = operands.a.vector(row);
        for (const Stretch& stretch : sampling.along_rows) {
            const Sums sums = multiply(fixed, operands.b, stretch);
            for (std::size_t i = 0; i < sums.product.size(); ++i) {
                judge.hear(batch, {.row = row, .column = stretch.begin + i}, element(sums, i));
            }
        }
    }
}

void hear_columns(const Sampling& sampling, const GemmOperands& operands, std::uint64_t batch,
                  Judge& judge) {
    for (const std::uint64_t column : sampling.columns) {
        const std::vector<double> fixed = operands.b.vector(column);
        for (const Stretch& stretch : sampling.along_columns) {
            const Sums sums = multiply(fixed, operands.a, stretch);
            for (std::size_t i = 0; i < sums.product.size(); ++i) {
                judge.hear(batch, {.row = stretch.begin + i, .column = column}, element(sums, i));
            }
        }
    }
}

void hear_places(const Sampling& sampling, const GemmOperands& operands, std::uint64_t batch,
                 Judge& judge) {
    for (const ElementPlace& place : sampling.places) {
        const Sums sums = multiply(operands.a.vector(place.row), operands.b.vector(place.column));
        judge.hear(batch, place, element(sums, 0));
    }
}

void require_sizes(const Gemm& gemm, const GemmData& data) {
    const GemmElements count = elements(gemm);
    const auto require = [](const char* which, std::span<const std::byte> found,
                            std::uint64_t needed) {
        if (found.size() >= needed) return;
        throw Error(
            fmt::format("check: tensor {} has {} bytes, needs {}", which, found.size(), needed));
    };
    require("A", data.a, bytes(gemm.a, count.a));
    require("B", data.b, bytes(gemm.b, count.b));
    require("bias", data.bias, bytes(gemm.bias, count.bias));
    require("D", data.d, bytes(gemm.d, count.d));
}

/// Elements that no sampled batch looks at, and wrong ones between the samples.
void see_every_row(Check& check, const Gemm& gemm, const GemmData& data,
                   const Arithmetic& arithmetic, Random& random) {
    const bool all_seen = compares_everything(gemm) && gemm.batch <= most_batches;
    if (!check.passed || all_seen || !freivalds_applies(gemm)) return;
    check.method += "; every row by Freivalds";
    check.reason = freivalds_fault(gemm, data, arithmetic, random);
    check.passed = check.reason.empty();
}

}  // namespace

GemmOperands operands_of(const Gemm& gemm, const GemmData& data, std::uint64_t batch) {
    const auto m = static_cast<std::uint64_t>(gemm.m), n = static_cast<std::uint64_t>(gemm.n),
               k = static_cast<std::uint64_t>(gemm.k);
    const Matrix a(data.a, gemm.a, gemm.broadcast_a ? 0 : batch * m * k);
    const Matrix b(data.b, gemm.b, gemm.broadcast_b ? 0 : batch * k * n);
    return {.a = {.matrix = a, .k = k, .count = m, .contiguous = !gemm.transpose_a},
            .b = {.matrix = b, .k = k, .count = n, .contiguous = gemm.transpose_b}};
}

Check check_gemm(const Gemm& gemm, const GemmData& data, const Arithmetic& arithmetic,
                 std::uint64_t seed) {
    require_sizes(gemm, data);
    Random random(seed, sampling_stream);
    Judge judge(gemm, data, arithmetic);
    for (const std::uint64_t batch : sample_batches(gemm, random)) {
        const GemmOperands operands = operands_of(gemm, data, batch);
        const Sampling sampling = sample(gemm, random);
        hear_rows(sampling, operands, batch, judge);
        hear_columns(sampling, operands, batch, judge);
        hear_places(sampling, operands, batch, judge);
    }
    Check check = judge.check();
    see_every_row(check, gemm, data, arithmetic, random);
    return check;
}

bool element_is_right(const Gemm& gemm, const GemmData& data, const Arithmetic& arithmetic,
                      const GemmElement& element) {
    const GemmOperands operands = operands_of(gemm, data, element.batch);
    const Sums sums = multiply(operands.a.vector(element.row), operands.b.vector(element.column));
    const Judge judge(gemm, data, arithmetic);
    return judge.is_right(element, {.product = sums.product[0], .magnitude = sums.magnitude[0]});
}

}  // namespace assay
