// SPDX-License-Identifier: Apache-2.0
// Copies and gathers.
#include <array>

#include "core/base/error.hpp"
#include "core/graph/onnx/export/handlers.hpp"

namespace assay::onnx_export {
namespace {

Tensor transposition(Emitter& out, const CopyAttrs& attrs, const Tensor& x) {
    return out.transpose(x, Integers(attrs.params.begin(), attrs.params.begin() + x.rank()));
}

/// Of a slice that goes backwards to the first element the end is far before it.
Tensor slice(Emitter& out, const CopyAttrs& attrs, const Tensor& x, const Tensor& like) {
    Integers begins, ends, axes, steps;
    for (std::size_t i = 0; i < x.dims.size(); ++i) {
        const std::int64_t given = attrs.params.at(max_rank + i), step = given == 0 ? 1 : given;
        const std::int64_t begin = attrs.params.at(i), end = begin + step * like.dims[i];
        begins.push_back(begin);
        ends.push_back(end < 0 ? -x.dims[i] - 1 : end);
        axes.push_back(static_cast<std::int64_t>(i));
        steps.push_back(step);
    }
    return out.add("Slice", {x, out.list(begins), out.list(ends), out.list(axes), out.list(steps)},
                   like);
}

Tensor pad(Emitter& out, const CopyAttrs& attrs, const Tensor& x, const Tensor& like) {
    constexpr std::array modes = {"constant", "edge", "reflect"};
    Integers pads(attrs.params.begin(), attrs.params.begin() + x.rank());
    pads.insert(pads.end(), attrs.params.begin() + max_rank,
                attrs.params.begin() + max_rank + x.rank());
    return out.add("Pad", {x, out.list(pads), out.scalar(x.type, attrs.value)}, like,
                   {{"mode", std::string(modes.at(static_cast<std::size_t>(attrs.padding)))}});
}

}  // namespace

Tensors copy(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<CopyAttrs>(op.attrs);
    const Tensor like{"", in[0].type, op.outputs[0].dims};
    switch (attrs.function) {
        case Copying::transpose:
            return {transposition(out, attrs, in[0])};
        case Copying::slice:
            return {slice(out, attrs, in[0], like)};
        case Copying::concat: {
            Tensors parts;
            for (const Tensor& each : in)
                if (each.present()) parts.push_back(out.cast(each, in[0].type));
            return {out.concat(parts, attrs.axis)};
        }
        case Copying::pad:
            return {pad(out, attrs, in[0], like)};
        case Copying::expand:
            return {out.add("Expand", {in[0], out.list(like.dims)}, like)};
        case Copying::none:
            break;
    }
    throw Error("a copy of no kind");
}

Tensors gather(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<GatherAttrs>(op.attrs);
    const Tensor like{"", in[0].type, op.outputs[0].dims};
    if (attrs.bag == Reduction::none)
        return {out.add("Gather", {in[0], in[1]}, like, {{"axis", std::int64_t{attrs.axis}}})};
    const Tensor rows = out.add("Gather", {in[0], in[1]},
                                {"", like.type, {in[1].dims[0], in[1].dims[1], in[0].dims[1]}},
                                {{"axis", std::int64_t{0}}});
    const Attributes flat = {{"keepdims", std::int64_t{0}}};
    if (attrs.bag == Reduction::sum)
        return {out.add("ReduceSum", {rows, out.list({1})}, like, flat)};
    return {out.reshape(out.reduce_mean(rows, 1), like.dims)};
}

}  // namespace assay::onnx_export
