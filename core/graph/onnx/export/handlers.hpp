// SPDX-License-Identifier: Apache-2.0
// Our operators in ONNX's: a function for each kind, in files by subject. Private to
// core/graph/onnx.
#pragma once

#include "core/graph/onnx/export/emitter.hpp"
#include "core/workload/op.hpp"

namespace assay::onnx_export {

/// Gives the outputs in any type: they are converted to those that the operator has. `in` has a
/// tensor for each input that any operator of the kind could have; absent ones are of type
/// undefined.
using Handler = Tensors (*)(Emitter& out, const Op& op, const Tensors& in);

Tensors attention(Emitter& out, const Op& op, const Tensors& in);
Tensors conv(Emitter& out, const Op& op, const Tensors& in);
Tensors convert(Emitter& out, const Op& op, const Tensors& in);
Tensors copy(Emitter& out, const Op& op, const Tensors& in);
Tensors elementwise(Emitter& out, const Op& op, const Tensors& in);
Tensors gather(Emitter& out, const Op& op, const Tensors& in);
Tensors grouped_matmul(Emitter& out, const Op& op, const Tensors& in);
Tensors matmul(Emitter& out, const Op& op, const Tensors& in);
Tensors norm(Emitter& out, const Op& op, const Tensors& in);
Tensors pool(Emitter& out, const Op& op, const Tensors& in);
Tensors reduce(Emitter& out, const Op& op, const Tensors& in);
Tensors resize(Emitter& out, const Op& op, const Tensors& in);
Tensors rope(Emitter& out, const Op& op, const Tensors& in);
Tensors scatter(Emitter& out, const Op& op, const Tensors& in);
Tensors softmax(Emitter& out, const Op& op, const Tensors& in);
Tensors topk(Emitter& out, const Op& op, const Tensors& in);

/// A Cast of ONNX cuts digits and wraps where ours rounds and saturates.
Tensor converted(Emitter& out, Tensor x, Dtype to);
Tensor activated(Emitter& out, const Tensor& x, Activation activation);
/// The type in which a product or a function of these is computed: theirs where it is one, else
/// float (double where one is double), of integers int32.
OnnxType common_type(const Op& op, const Tensors& in);

}  // namespace assay::onnx_export
