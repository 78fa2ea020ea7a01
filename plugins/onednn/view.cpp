// SPDX-License-Identifier: Apache-2.0
// See view.hpp.
#include "view.hpp"

namespace assay::onednn {

View view_of(const sdk::Tensor& tensor, const std::string& name) {
    View view;
    view.dtype = tensor.dtype;
    view.bits = sdk::bits(tensor.dtype);
    if (view.bits == 0)
        unsupported(name + " has an unknown type (" + dtype_name(tensor.dtype) + ")");
    if ((tensor.flags & ~ASSAY_TENSOR_CONST) != 0) unsupported(name + " has unknown flags");
    view.rank = tensor.rank;
    view.constant = (tensor.flags & ASSAY_TENSOR_CONST) != 0;
    view.scale = tensor.scale;
    view.scale_axis = tensor.scale_axis;
    view.scale_block = tensor.scale_block;
    std::copy(tensor.dims, tensor.dims + tensor.rank, view.dims.begin());
    view.steps = sdk::detail::steps(tensor);
    view.count = view.product(0, view.rank);
    std::int64_t last = 0, dense_step = 1;
    for (int i = view.rank - 1; i >= 0; --i) {
        if (view.step(i) < 0) unsupported(name + " has a negative stride");
        if (view.bits >= 8 && view.dim(i) != 1 && view.step(i) != dense_step) view.dense = false;
        dense_step *= view.dim(i);
        last += (view.dim(i) - 1) * view.step(i);
    }
    if (view.bits < 8) view.dense = sdk::dense(tensor);
    if (view.count > 0)
        view.bytes =
            (static_cast<std::uint64_t>(last + 1) * static_cast<std::uint64_t>(view.bits) + 7) / 8;
    return view;
}

void take_only(const View& view, const char* name, std::initializer_list<assay_dtype> dtypes) {
    if (std::find(dtypes.begin(), dtypes.end(), view.dtype) == dtypes.end()) {
        unsupported(std::string(name) + " is " + dtype_name(view.dtype) +
                    ", which this operator has no loops for");
    }
    if (view.scale != ASSAY_SCALE_NONE) unsupported(std::string(name) + " is scaled");
}

void take_floats(const View& view, const char* name) {
    take_only(view, name, {ASSAY_F32, ASSAY_BF16, ASSAY_F16});
}

void take_dense(const View& view, const char* name) {
    if (!view.dense) unsupported(std::string(name) + " is not dense");
}

void Nest::merge() {
    int kept = 0;
    for (int i = 0; i < rank; ++i) {
        const auto from = static_cast<std::size_t>(i);
        if (dims[from] == 1) continue;
        const auto last = static_cast<std::size_t>(kept > 0 ? kept - 1 : 0);
        const bool joins =
            kept > 0 && std::all_of(steps.begin(), steps.end(), [&](const Sizes& step) {
                return step[last] == step[from] * dims[from];
            });
        const auto to = joins ? last : static_cast<std::size_t>(kept++);
        dims[to] = joins ? dims[to] * dims[from] : dims[from];
        for (Sizes& step : steps) step[to] = step[from];
    }
    rank = kept;
}

std::int64_t Nest::rows() const {
    std::int64_t all = 1;
    for (int i = 0; i + 1 < rank; ++i) all *= dims[static_cast<std::size_t>(i)];
    return rank > 0 && length() == 0 ? 0 : all;
}

void Nest::locate(std::int64_t row, std::int64_t* offsets) const {
    for (int t = 0; t < tensors; ++t) offsets[t] = 0;
    for (int i = rank - 2; i >= 0; --i) {
        const auto at = static_cast<std::size_t>(i);
        const std::int64_t index = row % dims[at];
        row /= dims[at];
        for (int t = 0; t < tensors; ++t)
            offsets[t] += index * steps[static_cast<std::size_t>(t)][at];
    }
}

}  // namespace assay::onednn
