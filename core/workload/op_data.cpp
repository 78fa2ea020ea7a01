// SPDX-License-Identifier: Apache-2.0
#include "core/workload/op_data.hpp"

#include <algorithm>
#include <array>

#include "core/base/random.hpp"

namespace assay {
namespace {

using Bytes = std::vector<std::byte>;

/// What an input means.
enum class Role { values, positive, scales, small, indices, positions, lengths, rows };

/// Functions that need a positive argument to say anything.
bool wants_positive(const Op& op) {
    const auto* attrs = std::get_if<ElementwiseAttrs>(&op.attrs);
    if (attrs == nullptr) return false;
    switch (attrs->function) {
        case Function::sqrt:
        case Function::rsqrt:
        case Function::log:
        case Function::pow:
        case Function::reciprocal:
        case Function::div:
            return true;
        default:
            return false;
    }
}

/// Inputs that are no ordinary values.
struct Meaning {
    OpKind op;
    std::size_t input;
    Role role;
};
constexpr std::array meanings{
    Meaning{OpKind::matmul, 4, Role::scales},       Meaning{OpKind::matmul, 5, Role::scales},
    Meaning{OpKind::attention, 4, Role::lengths},   Meaning{OpKind::norm, 5, Role::positive},
    Meaning{OpKind::gather, 1, Role::indices},      Meaning{OpKind::scatter, 2, Role::positions},
    Meaning{OpKind::convert, 1, Role::scales},      Meaning{OpKind::convert, 2, Role::small},
    Meaning{OpKind::rope, 1, Role::positions},      Meaning{OpKind::rope, 2, Role::positive},
    Meaning{OpKind::grouped_matmul, 2, Role::rows},
};

Role role_of(const Op& op, std::size_t input) {
    for (const Meaning& each : meanings) {
        if (each.op == op.kind() && each.input == input) return each.role;
    }
    return wants_positive(op) ? Role::positive : Role::values;
}

template <class Value>
Bytes made(const TensorType& type, Value value) {
    Bytes out(byte_count(type));
    std::vector<double> values(element_count(type));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(i);
    store_range(out, type.dtype, 0, values);
    return out;
}

/// Rows of each expert, most even but not equal: what a router leaves.
Bytes expert_rows(const Op& op, const TensorType& type, Random& random) {
    const std::int64_t tokens = op.inputs[0].dims.at(0);
    const auto experts = static_cast<std::int64_t>(element_count(type));
    std::vector<double> rows(static_cast<std::size_t>(experts), 0);
    for (std::int64_t i = 0; i < tokens; ++i) {
        rows[static_cast<std::size_t>(random.below(static_cast<std::uint32_t>(experts)))] += 1;
    }
    return made(type, [&](std::size_t i) { return rows[i]; });
}

std::int64_t rows_of_table(const Op& op) {
    const auto axis = static_cast<std::size_t>(std::get<GatherAttrs>(op.attrs).axis);
    return op.inputs[0].dims.at(axis);
}

}  // namespace

Bytes make_input(const Op& op, std::size_t input, const FillSpec& spec, const InputHints& hints) {
    const TensorType& type = op.inputs.at(input);
    Random random(spec.seed, 0x6f705f64617461 + spec.stream);  // "op_data": apart from fill()
    switch (role_of(op, input)) {
        case Role::positive:  // on (1/4, 4), a variance or an argument of log
            return made(type, [&](std::size_t) { return 0.25 + 3.75 * random.uniform(); });
        case Role::scales:  // on (1/128, 1/64): products of 8-bit integers come out near 1
            return made(type, [&](std::size_t) { return (1 + random.uniform()) / 128; });
        case Role::small:
            return made(type, [&](std::size_t) { return static_cast<double>(random.below(16)); });
        case Role::indices: {
            const auto limit = static_cast<std::uint32_t>(rows_of_table(op));
            return made(type,
                        [&](std::size_t) { return static_cast<double>(random.below(limit)); });
        }
        case Role::positions:
            return made(type, [&](std::size_t) { return static_cast<double>(hints.position); });
        case Role::lengths: {
            const std::int64_t all = op.inputs[1].dims.at(2);
            const auto length = static_cast<double>(hints.length > 0 ? hints.length : all);
            return made(type, [&](std::size_t) { return length; });
        }
        case Role::rows:
            return expert_rows(op, type, random);
        case Role::values:
            break;
    }
    Bytes out(byte_count(type));
    fill(out, type.dtype, spec);
    return out;
}

bool works_in_place(const Op& op) {
    return op.kind() == OpKind::scatter;
}

}  // namespace assay
