// SPDX-License-Identifier: Apache-2.0
// ONNX operators that give the same elements other dimensions: views, no work.
#include <algorithm>
#include <array>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

/// 0: as it was; -1: what is left.
void reshape(OnnxCall& call) {
    const Shape x = call.dims(0);
    Shape dims = call.integers(1);
    const bool zeros = call.integer("allowzero", 0) != 0;
    std::int64_t known = 1;
    std::ptrdiff_t open = -1;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (dims[i] == 0 && !zeros && i < x.size()) dims[i] = x[i];
        if (dims[i] == -1 && open < 0) {
            open = static_cast<std::ptrdiff_t>(i);
        } else if (dims[i] < 1 || known > element_count(x) / dims[i]) {
            call.refuse("cannot reshape " + text_of(x) + " to " + text_of(call.integers(1)));
        } else {
            known *= dims[i];
        }
    }
    if (open >= 0) dims[static_cast<std::size_t>(open)] = element_count(x) / known;
    call.give(call.reshape(call.value(0), dims));
}

void flatten(OnnxCall& call) {
    const Shape x = call.dims(0);
    const auto size = static_cast<std::int64_t>(x.size());
    std::int64_t axis = call.integer("axis", 1);
    if (axis < 0) axis += size;
    if (axis < 0 || axis > size) call.refuse("axis is not one of the dimensions");
    const std::int64_t rows = element_count(Shape(x.begin(), x.begin() + axis));
    if (rows < 1) call.refuse("is empty");
    call.give(call.reshape(call.value(0), {rows, element_count(x) / rows}));
}

void squeeze(OnnxCall& call) {
    Shape dims = call.dims(0);
    std::vector<bool> goes(dims.size());
    const Integers axes = call.integers("axes", 1);
    for (const std::int64_t each : axes) goes[call.axis(each, dims.size())] = true;
    Shape left;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (goes[i] && dims[i] != 1) call.refuse("squeezes a dimension that is not 1");
        if (!goes[i] && (dims[i] != 1 || !axes.empty())) left.push_back(dims[i]);
    }
    call.give(call.reshape(call.value(0), left));
}

void unsqueeze(OnnxCall& call) {
    Shape dims = call.dims(0);
    const Integers axes = call.integers("axes", 1);
    const std::size_t rank = dims.size() + axes.size();
    if (rank > max_rank) call.refuse("has more than 8 dimensions");
    std::vector<std::size_t> places;
    for (const std::int64_t each : axes) places.push_back(call.axis(each, rank));
    std::sort(places.begin(), places.end());
    if (std::adjacent_find(places.begin(), places.end()) != places.end())
        call.refuse("names an axis twice");
    for (const std::size_t at : places)
        dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(at), 1);
    call.give(call.reshape(call.value(0), dims));
}

constexpr std::array table = {
    Row{"Flatten", flatten},
    Row{"Reshape", reshape},
    Row{"Squeeze", squeeze},
    Row{"Unsqueeze", unsqueeze},
};

}  // namespace

std::span<const Row> shapes() {
    return table;
}

}  // namespace assay::onnx_ops
