// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/export/views.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace assay::onnx_export {
namespace {

struct Digit {
    std::int64_t weight = 1, count = 1;
    std::size_t dimension = 0;  ///< Of the view.
};

/// The view's dimensions that are longer than 1, the slowest first.
std::vector<Digit> digits_of(const Value& view) {
    const Shape steps = steps_of(view.type);
    std::vector<Digit> digits;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (view.type.dims[i] > 1) digits.push_back({steps[i], view.type.dims[i], i});
    }
    std::stable_sort(digits.begin(), digits.end(),
                     [](const Digit& x, const Digit& y) { return x.weight > y.weight; });
    return digits;
}

Box box_or_throw(const Value& view, const Tensor& storage) {
    const auto box = box_of(view, element_count(storage.dims));
    if (!box) throw Error("a view of '" + storage.name + "' has strides that ONNX cannot say");
    return *box;
}

bool is_whole(const Value& view, const Tensor& storage) {
    return is_dense(view.type) && view.offset == 0 &&
           element_count(view.type.dims) == element_count(storage.dims);
}

}  // namespace

std::optional<Box> box_of(const Value& view, std::int64_t storage_elements) {
    std::vector<Digit> digits = digits_of(view);
    const std::size_t longer = digits.size();
    if (digits.empty() || digits.back().weight > 1) digits.push_back({1, 1, max_rank});
    Box box;
    std::int64_t above = storage_elements, rest = view.offset;
    for (const Digit& each : digits) {
        if (each.weight < 1 || above % each.weight != 0) return std::nullopt;
        box.radix.push_back(above / each.weight);
        box.begins.push_back(rest / each.weight);
        box.counts.push_back(each.count);
        if (box.begins.back() + each.count > box.radix.back()) return std::nullopt;
        rest %= each.weight;
        above = each.weight;
    }
    box.order.resize(digits.size());
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const auto place = std::count_if(digits.begin(), digits.end(), [&](const Digit& other) {
            return other.dimension < digits[i].dimension;
        });
        box.order[i < longer ? static_cast<std::size_t>(place) : i] = static_cast<std::int64_t>(i);
    }
    return box;
}

Tensor read_view(Emitter& out, const Tensor& storage, const Value& view) {
    if (is_whole(view, storage)) return out.reshape(storage, view.type.dims);
    const Box box = box_or_throw(view, storage);
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < box.radix.size(); ++i)
        pieces.push_back(
            {static_cast<std::int64_t>(i), box.begins[i], box.begins[i] + box.counts[i]});
    const Tensor cut = out.slice(out.reshape(storage, box.radix), pieces);
    return out.reshape(out.transpose(cut, box.order), view.type.dims);
}

Tensor write_view(Emitter& out, const Tensor& storage, const Value& view, const Tensor& tensor) {
    if (is_whole(view, storage)) return out.reshape(tensor, storage.dims);
    const Box box = box_or_throw(view, storage);
    Shape in_order;
    Integers back(box.order.size());
    for (std::size_t i = 0; i < box.order.size(); ++i) {
        in_order.push_back(box.counts[static_cast<std::size_t>(box.order[i])]);
        back[static_cast<std::size_t>(box.order[i])] = static_cast<std::int64_t>(i);
    }
    Tensor whole = out.transpose(out.reshape(tensor, in_order), back);
    int cuts = 0;
    for (std::size_t i = 0; i < box.radix.size(); ++i) {
        if (box.counts[i] == box.radix[i]) continue;
        if (++cuts > 1) throw Error("writes to a part of '" + storage.name + "' that is cut twice");
        const auto axis = static_cast<std::int64_t>(i);
        const std::int64_t begin = box.begins[i], end = begin + box.counts[i];
        const Tensor old = out.reshape(storage, box.radix);
        Tensors parts = {whole};
        if (begin > 0) parts.insert(parts.begin(), out.slice(old, {{axis, 0, begin}}));
        if (end < box.radix[i]) parts.push_back(out.slice(old, {{axis, end, box.radix[i]}}));
        whole = out.concat(parts, axis);
    }
    return out.reshape(whole, storage.dims);
}

}  // namespace assay::onnx_export
