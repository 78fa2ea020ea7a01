// SPDX-License-Identifier: Apache-2.0
#include "core/workload/operator_work.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/workload/op_cost.hpp"
#include "core/workload/op_shape.hpp"
#include "core/workload/words.hpp"

namespace assay {
namespace {

using F = OperatorField;

/// A set of fields, as bits.
constexpr std::uint64_t set(std::initializer_list<F> fields) {
    std::uint64_t bits = 0;
    for (const F each : fields) bits |= 1ULL << static_cast<unsigned>(each);
    return bits;
}

/// The fields of each operator, in the order of OpKind.
constexpr std::array<std::uint64_t, 17> fields_of{
    set({}),
    set({F::x, F::w, F::weights, F::constant_w, F::scaling, F::block, F::bias, F::activation}),
    set({F::x, F::w, F::weights, F::constant_w, F::stride, F::dilation, F::pad, F::groups,
         F::layout, F::bias, F::residual, F::activation, F::transposed}),
    set({F::x, F::y, F::causal, F::window, F::lengths, F::mask}),
    set({F::x, F::axis, F::logarithm}),
    set({F::x, F::norm, F::groups, F::residual, F::activation}),
    set({F::x, F::y, F::z, F::function, F::activation, F::p, F::q}),
    set({F::x, F::axis, F::reduction, F::keep_dims}),
    set({F::x, F::indices, F::axis, F::bag}),
    set({F::x, F::y, F::position}),
    set({F::x, F::reduction, F::window, F::stride, F::dilation, F::pad, F::layout, F::global,
         F::count_padding}),
    set({F::x, F::y, F::copying, F::axis, F::params}),
    set({F::x, F::scaling, F::axis}),
    set({F::x, F::position, F::rotary_dims, F::interleaved, F::base}),
    set({F::x, F::axis, F::k, F::smallest}),
    set({F::x, F::w, F::weights, F::constant_w, F::bias, F::activation}),
    set({F::x, F::y, F::mode, F::coordinates}),
};

/// Said by the shapes and types at the front of the name already.
bool is_said(std::string_view field) {
    constexpr std::array said{std::string_view("op"),  std::string_view("dtype"),
                              std::string_view("out"), std::string_view("weights"),
                              std::string_view("x"),   std::string_view("y"),
                              std::string_view("z"),   std::string_view("w")};
    return std::find(said.begin(), said.end(), field) != said.end();
}

std::string types_of(const OperatorWork& work) {
    std::string text(name(work.dtype));
    if (work.weights != Dtype::none && work.weights != work.dtype) {
        text += fmt::format("*{}", name(work.weights));
    }
    if (work.out != Dtype::none && work.out != work.dtype) {
        text += fmt::format("->{}", name(work.out));
    }
    return text;
}

}  // namespace

bool has_field(OpKind op, OperatorField field) {
    return (fields_of.at(static_cast<std::size_t>(op)) >> static_cast<unsigned>(field) & 1U) != 0;
}

double flop(const OperatorWork& work) {
    return flop(op_of(work));
}

double least_bytes(const OperatorWork& work) {
    return least_bytes(op_of(work));
}

std::uint64_t footprint_bytes(const OperatorWork& work) {
    const Op op = op_of(work);
    std::uint64_t bytes = 0;
    for (const auto* tensors : {&op.inputs, &op.outputs}) {
        for (const TensorType& each : *tensors) bytes += each.present() ? byte_count(each) : 0;
    }
    return bytes;
}

std::string short_name(const OperatorWork& work) {
    std::string text = fmt::format("{} {}", name(work.op), types_of(work));
    for (const Shape* shape : {&work.x, &work.y, &work.z, &work.w}) {
        if (!shape->empty()) text += " " + text_of(*shape);
    }
    // What the default would say, field by field, to leave it out.
    OperatorWork usual;
    usual.op = work.op;
    std::vector<std::string> defaults;
    describe(usual, [&](const char*, const auto& value) { defaults.push_back(text_of(value)); });
    std::size_t i = 0;
    describe(work, [&](const char* field, const auto& value) {
        const std::string own = text_of(value);
        if (own != defaults[i++] && !is_said(field)) {
            text += own == "true" ? fmt::format(" {}", field) : fmt::format(" {}={}", field, own);
        }
    });
    return text;
}

std::string invalid(const OperatorWork& work) {
    if (work.op == OpKind::none) return "op is none";
    try {
        return invalid(op_of(work));
    } catch (const Error& error) {
        return error.what();
    }
}

}  // namespace assay
