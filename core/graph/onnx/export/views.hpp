// SPDX-License-Identifier: Apache-2.0
// Views of memory in a format that has none: a strided window is a Reshape, a Slice and a Transpose
// of the whole; what is written through one is put back the other way. Private to core/graph/onnx.
#pragma once

#include <optional>

#include "core/graph/graph.hpp"
#include "core/graph/onnx/export/emitter.hpp"

namespace assay::onnx_export {

/// A view as a box: the storage in dims `radix` (each a digit of the place of an element), of which
/// counts[i] from begins[i] on belong to the view. Dimension j of the view, those of size 1 left
/// out, is digit order[j].
struct Box {
    Shape radix, begins, counts;
    Integers order;
};

/// Nothing for a view whose strides do not divide each other (windows that overlap).
std::optional<Box> box_of(const Value& view, std::int64_t storage_elements);

/// The elements of the view, as its dims say.
Tensor read_view(Emitter& out, const Tensor& storage, const Value& view);
/// The storage with `tensor` in the place of the view. Throws Error where the view is cut in more
/// than one digit.
Tensor write_view(Emitter& out, const Tensor& storage, const Value& view, const Tensor& tensor);

}  // namespace assay::onnx_export
