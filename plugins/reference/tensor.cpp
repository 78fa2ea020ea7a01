// SPDX-License-Identifier: Apache-2.0
#include "plugins/reference/tensor.hpp"

#include <algorithm>

#include "plugins/reference/number.hpp"

namespace reference {

void agree(bool ok, const char* op, const std::string& what) {
    if (!ok) sdk::fail(ASSAY_ERR_INVALID, "%s: %s", op, what.c_str());
}

void can(bool ok, const char* op, const std::string& what) {
    if (!ok) sdk::fail(ASSAY_ERR_UNSUPPORTED, "%s: %s", op, what.c_str());
}

std::int64_t Shape::count() const {
    std::int64_t product = 1;
    for (int i = 0; i < rank; ++i) {
        if (__builtin_mul_overflow(product, (*this)[i], &product)) {
            sdk::fail(ASSAY_ERR_INVALID, "sizes overflow");
        }
    }
    return product;
}

std::string text_of(const Shape& shape) {
    std::string text;
    for (int i = 0; i < shape.rank; ++i) {
        if (i > 0) text += 'x';
        text += std::to_string(shape[i]);
    }
    return text.empty() ? "scalar" : text;
}

Index dense_steps(const Shape& shape) {
    Index steps{};
    std::int64_t step = 1;
    for (int i = shape.rank - 1; i >= 0; --i) {
        steps[static_cast<std::size_t>(i)] = step;
        step *= shape[i];
    }
    return steps;
}

Index broadcast_steps(const Shape& from, const Index& steps, const Shape& to, const char* op) {
    const int lead = to.rank - from.rank;
    const std::string what = text_of(from) + " does not broadcast to " + text_of(to);
    agree(lead >= 0, op, what);
    Index result{};
    for (int i = 0; i < from.rank; ++i) {
        agree(from[i] == 1 || from[i] == to[lead + i], op, what);
        const auto at = static_cast<std::size_t>(i);
        if (from[i] != 1) result[static_cast<std::size_t>(lead + i)] = steps[at];
    }
    return result;
}

std::uint64_t View::bytes() const {
    if (shape.count() == 0) return 0;
    Index last{};
    for (int i = 0; i < shape.rank; ++i) last[static_cast<std::size_t>(i)] = shape[i] - 1;
    const auto elements = static_cast<std::uint64_t>(offset(steps, last, shape.rank) + 1);
    return (elements * static_cast<std::uint64_t>(sdk::bits(dtype)) + 7) / 8;
}

double View::get_at(std::int64_t element) const {
    return load(data, dtype, element);
}

void View::put(const Index& at, double value) const {
    store(data, dtype, offset(steps, at, shape.rank), value);
}

View view_of(const sdk::Tensor& tensor, const std::string& what) {
    const char* name = what.c_str();
    can(readable(tensor.dtype), name, "element type " + std::to_string(tensor.dtype));
    can(tensor.scale >= ASSAY_SCALE_NONE && tensor.scale <= ASSAY_SCALE_BLOCK, name,
        "scale " + std::to_string(tensor.scale));
    can((tensor.flags & ~ASSAY_TENSOR_CONST) == 0, name, "unknown flags");
    can(sdk::dense(tensor) || sdk::bits(tensor.dtype) >= 8, name, "strides of 4-bit elements");
    can(std::all_of(tensor.strides, tensor.strides + ASSAY_MAX_RANK,
                    [](std::int64_t stride) { return stride >= 0; }),
        name, "a negative stride");
    View view;
    view.dtype = tensor.dtype;
    view.shape.rank = tensor.rank;
    std::copy(tensor.dims, tensor.dims + tensor.rank, view.shape.dims.begin());
    view.shape.count();  // throws when sizes overflow
    view.steps = sdk::detail::steps(tensor);
    view.scale = tensor.scale;
    view.scale_axis = tensor.scale_axis;
    view.block = tensor.scale_block;
    return view;
}

void decode(const View& from, Array& to) {
    if (!to.present) return;
    std::size_t next = 0;
    each(from.shape, [&](const Index& at) { to.x[next++] = from.get(at); });
}

void encode(const Array& from, const View& to) {
    std::size_t next = 0;
    each(to.shape, [&](const Index& at) { to.put(at, from.x[next++]); });
}

}  // namespace reference
