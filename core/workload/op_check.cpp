// SPDX-License-Identifier: Apache-2.0
// Reads the tensors, asks for the truth, and lets the judge hear. A plain product is a GEMM and is
// checked as one.
#include "core/workload/op_check.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/workload/op_judge.hpp"
#include "core/workload/op_sampling.hpp"
#include "core/workload/op_shape.hpp"

namespace assay {

namespace {

constexpr std::uint64_t sampling_stream = 0x6f70636865636b;  // "opcheck": apart from input data

TensorSet read(const std::vector<TensorType>& types, ByteSpans data, std::size_t least) {
    TensorSet tensors(std::max(least, types.size()));
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (!types[i].present()) continue;
        if (i >= data.size()) throw Error(fmt::format("check: tensor {} is missing", i));
        tensors[i] = TensorData(types[i], data[i]);
    }
    return tensors;
}

/// True for one matrix, false for as many as D has; nothing for anything between.
std::optional<bool> shared(const Shape& dims, const Shape& d, std::int64_t batch) {
    const Shape lead(dims.begin(), dims.end() - 2), all(d.begin(), d.end() - 2);
    if (lead == all) return false;
    if (element_count(lead) == 1 && batch > 1) return true;
    if (element_count(lead) == 1) return false;
    return std::nullopt;
}

bool plain(const TensorType& type) {
    return type.strides.empty() && type.scaling == Scaling::none;
}

/// The product as a GEMM, where it is one.
std::optional<Gemm> as_gemm(const Op& op) {
    if (op.kind() != OpKind::matmul) return std::nullopt;
    const auto& attrs = std::get<MatmulAttrs>(op.attrs);
    const bool all_plain = std::all_of(op.inputs.begin(), op.inputs.end(), plain) &&
                           plain(op.outputs[0]) && attrs.alpha == 1 && !op.has(3);
    const Shape &a = op.inputs[0].dims, &b = op.inputs[1].dims, &d = op.outputs[0].dims;
    Gemm gemm;
    gemm.m = d[d.size() - 2];
    gemm.n = d.back();
    gemm.k = a[a.size() - (attrs.transpose_a ? 2 : 1)];
    gemm.batch = element_count(Shape(d.begin(), d.end() - 2));
    const std::optional<bool> one_a = shared(a, d, gemm.batch), one_b = shared(b, d, gemm.batch);
    if (!all_plain || !one_a || !one_b) return std::nullopt;
    gemm.broadcast_a = *one_a;
    gemm.broadcast_b = *one_b;
    gemm.transpose_a = attrs.transpose_a;
    gemm.transpose_b = attrs.transpose_b;
    gemm.activation = attrs.activation;
    gemm.a = op.inputs[0].dtype;
    gemm.b = op.inputs[1].dtype;
    gemm.d = op.outputs[0].dtype;
    gemm.bias = op.has(2) ? op.inputs[2].dtype : Dtype::none;
    gemm.accumulator = op.accumulator;
    gemm.math = op.math;
    return invalid(gemm).empty() ? std::optional(gemm) : std::nullopt;
}

std::span<const std::byte> at(ByteSpans data, std::size_t i) {
    return i < data.size() ? data[i] : std::span<const std::byte>{};
}

}  // namespace

Check check_op(const Op& op, ByteSpans inputs, ByteSpans outputs, const Arithmetic& arithmetic,
               std::uint64_t seed) {
    if (const std::string wrong = invalid(op); !wrong.empty()) throw Error("check: " + wrong);
    if (const std::optional<Gemm> gemm = as_gemm(op)) {
        const GemmData data{at(inputs, 0), at(inputs, 1), at(inputs, 2), at(outputs, 0)};
        return check_gemm(*gemm, data, arithmetic, seed);
    }
    const TensorSet in = read(op.inputs, inputs, most_inputs), out = read(op.outputs, outputs, 0);
    const Answer truth = truth_of({.op = op, .inputs = in, .units = units_of(op, arithmetic)});
    OpJudge judge(op, out, *truth);
    const Hear hear = [&](std::size_t output, std::uint64_t index, const ExactElement& exact) {
        judge.hear(output, index, exact);
    };
    Random random(seed, sampling_stream);
    for (const std::uint64_t part : sample_parts(*truth, random)) truth->part(part, hear);
    Check check = judge.check();
    check.method = compares_everything(*truth) ? "every element in f64" : "sampled elements in f64";
    return check;
}

}  // namespace assay
