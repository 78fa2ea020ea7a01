// SPDX-License-Identifier: Apache-2.0
// See conv_problem.hpp.
#include "conv_problem.hpp"

namespace assay::onednn {
namespace {

std::int64_t or_one(std::int32_t value) {
    return value != 0 ? value : 1;
}

}  // namespace

ConvProblem::ConvProblem(const assay_conv_attrs& attrs, const ConvTensors& tensors)
    : last(attrs.layout != 0), transposed(attrs.transposed != 0), groups(or_one(attrs.groups)) {
    check(attrs, tensors);
    const auto order = logical_order(attrs.spatial_rank, last);
    x = described(tensors.x, order);
    y = described(tensors.y, order);
    if (tensors.residual.present()) residual = described(tensors.residual, order);
    if (tensors.bias.present()) {
        require(tensors.bias.rank == 1 && tensors.bias.count == y.dims()[1],
                "conv: bias has not one number for each channel of Y");
        bias = described(tensors.bias, {0});
    }
    w = weights(attrs.spatial_rank, tensors.w);
    for (int i = 0; i < attrs.spatial_rank; ++i) {
        window.strides.push_back(or_one(attrs.stride[i]));
        window.dilation.push_back(or_one(attrs.dilation[i]) - 1);
        window.pad_begin.push_back(attrs.pad_begin[i]);
        window.pad_end.push_back(attrs.pad_end[i] - attrs.output_pad[i]);
    }
}

void ConvProblem::check(const assay_conv_attrs& attrs, const ConvTensors& tensors) {
    const int rank = attrs.spatial_rank;
    require(rank >= 1 && rank <= 3, "conv: spatial_rank is 1, 2 or 3");
    const View &of_x = tensors.x, &of_w = tensors.w, &of_y = tensors.y;
    require(of_x.rank == rank + 2 && of_w.rank == rank + 2 && of_y.rank == rank + 2,
            "conv: X, W and Y have two dimensions more than there are spatial ones");
    if (attrs.layout < 0 || attrs.layout > 1) unsupported("conv: this layout");
    if (!data_type(of_w.dtype) || of_w.scale != ASSAY_SCALE_NONE)
        unsupported("conv: this type of W");
    if (of_x.count == 0 || of_w.count == 0 || of_y.count == 0) unsupported("an empty convolution");
    const std::int64_t in_channels = of_x.dim(last ? -1 : 1),
                       out_channels = of_y.dim(last ? -1 : 1);
    require(in_channels % groups == 0 && out_channels % groups == 0,
            "conv: channels are no multiple of groups");
    require(of_w.dim(0) == (transposed ? in_channels : out_channels) &&
                of_w.dim(last ? -1 : 1) == (transposed ? out_channels : in_channels) / groups,
            "conv: W has not the channels of X and Y");
    const View& of_residual = tensors.residual;
    if (!of_residual.present()) return;
    require(of_residual.same_dims(of_y), "conv: the residual has not the dimensions of Y");
    if (of_residual.dtype != of_y.dtype) unsupported("conv: a residual of another type than Y");
}

dnnl::memory::desc ConvProblem::weights(int rank, const View& view) const {
    const int second = last ? rank + 1 : 1;
    const int out_dim = transposed ? second : 0, in_dim = transposed ? 0 : second;
    dnnl::memory::dims dims{view.dim(out_dim), view.dim(in_dim)},
        strides{view.step(out_dim), view.step(in_dim)};
    for (int i = 0; i < rank; ++i) {
        dims.push_back(view.dim(last ? i + 1 : i + 2));
        strides.push_back(view.step(last ? i + 1 : i + 2));
    }
    if (groups > 1) {
        dims[transposed ? 1 : 0] /= groups;
        dims.insert(dims.begin(), groups);
        strides.insert(strides.begin(), view.step(0) * (view.dim(0) / groups));
    }
    return {dims, *data_type(view.dtype), strides};
}

}  // namespace assay::onednn
