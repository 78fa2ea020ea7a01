// SPDX-License-Identifier: Apache-2.0
// ONNX operators whose answer, or what decides it, is known before the run: shapes, ranges, masks.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

std::vector<double> doubles(const Integers& from) {
    return {from.begin(), from.end()};
}

OnnxTensor list(OnnxType type, const std::vector<double>& numbers) {
    return onnx_tensor(type, {static_cast<std::int64_t>(numbers.size())}, numbers);
}

void constant(OnnxCall& call) {
    if (const auto found = call.node.attributes.find("value");
        found != call.node.attributes.end()) {
        const auto* tensor = std::get_if<OnnxTensor>(&found->second);
        if (tensor == nullptr) call.refuse("its value is no tensor");
        return call.give(*tensor);
    }
    if (call.has_attribute("value_float"))
        return call.give(onnx_tensor(OnnxType::f32, {}, {call.real("value_float", 0)}));
    if (call.has_attribute("value_int"))
        return call.give(onnx_tensor(OnnxType::i64, {}, doubles({call.integer("value_int", 0)})));
    if (call.has_attribute("value_ints"))
        return call.give(list(OnnxType::i64, doubles(call.list("value_ints"))));
    if (const auto found = call.node.attributes.find("value_floats");
        found != call.node.attributes.end()) {
        const auto* numbers = std::get_if<std::vector<double>>(&found->second);
        if (numbers != nullptr) return call.give(list(OnnxType::f32, *numbers));
    }
    call.refuse("its value is of a kind that is not supported");
}

/// Dims that were given as numbers, few enough to be computed before the run.
Shape small_dims(OnnxCall& call, const Shape& dims) {
    std::int64_t count = 1;
    for (const std::int64_t each : dims) {
        if (each < 0 || (each > 0 && count > most_folded / each)) call.refuse("is too large");
        count *= each;
    }
    if (dims.size() > max_rank) call.refuse("has more than 8 dimensions");
    return dims;
}

void constant_of_shape(OnnxCall& call) {
    const Shape dims = small_dims(call, call.integers(0));
    OnnxType type = OnnxType::f32;
    double value = 0;
    if (const auto found = call.node.attributes.find("value");
        found != call.node.attributes.end()) {
        const auto* tensor = std::get_if<OnnxTensor>(&found->second);
        if (tensor == nullptr || element_count(tensor->dims) != 1)
            call.refuse("value is not one number");
        type = tensor->type;
        value = onnx_numbers(*tensor).front();
    }
    const auto count = static_cast<std::size_t>(element_count(dims));
    call.give(onnx_tensor(type, dims, std::vector<double>(count, value)));
}

void shape(OnnxCall& call) {
    const Shape& dims = call.dims(0);
    const auto size = static_cast<std::int64_t>(dims.size());
    const auto place = [&](std::int64_t at) {
        return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
    };
    const std::int64_t begin = place(call.integer("start", 0)),
                       end = place(call.integer("end", size));
    Integers sizes;
    if (begin < end) sizes.assign(dims.begin() + begin, dims.begin() + end);
    call.give(list(OnnxType::i64, doubles(sizes)));
}

void size(OnnxCall& call) {
    call.give(onnx_tensor(OnnxType::i64, {}, {static_cast<double>(element_count(call.dims(0)))}));
}

void range(OnnxCall& call) {
    const double start = call.number(0), limit = call.number(1), delta = call.number(2);
    const double count = std::ceil((limit - start) / delta);
    if (!(count >= 0 && count <= static_cast<double>(most_folded))) call.refuse("is too long");
    std::vector<double> numbers;
    for (int i = 0; i < static_cast<int>(count); ++i) numbers.push_back(start + i * delta);
    call.give(list(call.tensor(0).type, numbers));
}

/// 1 where `holds(row, column)`.
template <class Holds>
OnnxTensor mask(OnnxCall& call, OnnxType type, std::int64_t rows, std::int64_t columns,
                Holds&& holds) {
    const Shape dims = small_dims(call, {rows, columns});
    std::vector<double> numbers;
    for (std::int64_t i = 0; i < rows; ++i) {
        for (std::int64_t j = 0; j < columns; ++j) numbers.push_back(holds(i, j) ? 1 : 0);
    }
    return onnx_tensor(type, dims, numbers);
}

OnnxType type_of(Dtype dtype) {
    switch (dtype) {
        case Dtype::f64:
            return OnnxType::f64;
        case Dtype::i32:
            return OnnxType::i32;
        case Dtype::u8:
            return OnnxType::u8;
        default:
            return OnnxType::f32;
    }
}

void eye_like(OnnxCall& call) {
    const Shape& dims = call.dims(0);
    if (dims.size() != 2) call.refuse("takes two dimensions");
    const std::int64_t k =
        std::clamp<std::int64_t>(call.integer("k", 0), -most_folded, most_folded);
    const OnnxType type = call.has_attribute("dtype")
                              ? static_cast<OnnxType>(static_cast<std::int32_t>(
                                    std::clamp<std::int64_t>(call.integer("dtype", 1), 0, 99)))
                              : type_of(call.dtype(0));
    call.give(mask(call, type, dims[0], dims[1], [&](auto i, auto j) { return j == i + k; }));
}

void trilu(OnnxCall& call) {
    const Shape dims = call.dims(0);
    if (dims.size() < 2) call.refuse("takes two dimensions or more");
    const double wide = call.has(1) ? call.number(1) : 0;
    const auto k = static_cast<std::int64_t>(std::clamp(wide, -0x1p40, 0x1p40));
    const bool upper = call.integer("upper", 1) != 0;
    const OnnxTensor kept = mask(call, OnnxType::u8, dims[dims.size() - 2], dims.back(),
                                 [&](auto i, auto j) { return upper ? j >= i + k : j <= i + k; });
    const ValueId zero = call.scalar(0, call.dtype(0));
    call.give(call.apply(Function::where, {call.constant(kept), call.value(0), zero}));
}

/// values = [off, on]; an index may count from the end.
void one_hot(OnnxCall& call) {
    const double depth = call.number(1);
    if (!(depth >= 1 && depth <= static_cast<double>(most_folded)))
        call.refuse("depth is too large");
    const Shape indices = call.dims(0);
    const std::size_t axis = call.axis(call.integer("axis", -1), indices.size() + 1);
    if (indices.size() >= max_rank) call.refuse("has more than 8 dimensions");
    Shape places(indices.size() + 1, 1), spread = indices;
    places[axis] = static_cast<std::int64_t>(depth);
    spread.insert(spread.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    std::vector<double> numbers;
    for (std::int64_t i = 0; i < places[axis]; ++i) numbers.push_back(static_cast<double>(i));
    const ValueId here = call.reshape(call.convert(call.value(0), Dtype::i32), spread);
    const ValueId counting = call.constant(onnx_tensor(OnnxType::i32, places, numbers));
    const ValueId from_end = call.linear(here, 1, std::floor(depth));
    const ValueId hit =
        call.apply(Function::logical_or, {call.apply(Function::equal, {counting, here}),
                                          call.apply(Function::equal, {counting, from_end})});
    const ValueId off = call.reshape(call.part(call.value(2), 0, 0, 1), {}),
                  on = call.reshape(call.part(call.value(2), 0, 1, 1), {});
    call.give(call.apply(Function::where, {hit, on, off}));
}

constexpr std::array table = {
    Row{"Constant", constant}, Row{"ConstantOfShape", constant_of_shape},
    Row{"EyeLike", eye_like},  Row{"OneHot", one_hot},
    Row{"Range", range},       Row{"Shape", shape},
    Row{"Size", size},         Row{"Trilu", trilu},
};

}  // namespace

std::span<const Row> constants() {
    return table;
}

}  // namespace assay::onnx_ops
