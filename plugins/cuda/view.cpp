// SPDX-License-Identifier: Apache-2.0
// See view.hpp.
#include "view.hpp"

#include <algorithm>

namespace assay::cuda {

void merge(std::initializer_list<Layout*> layouts) {
    const Layout first = **layouts.begin();
    std::int64_t kept = 0;
    for (std::int64_t i = 0; i < first.rank; ++i) {
        if (first.dims[i] == 1) continue;
        const bool joins =
            kept > 0 && std::all_of(layouts.begin(), layouts.end(), [&](const Layout* layout) {
                return layout->steps[kept - 1] == layout->steps[i] * first.dims[i];
            });
        const std::int64_t to = joins ? kept - 1 : kept++;
        for (Layout* layout : layouts) {
            layout->dims[to] = joins ? layout->dims[to] * first.dims[i] : first.dims[i];
            layout->steps[to] = layout->steps[i];
        }
    }
    for (Layout* layout : layouts) layout->rank = kept;
}

bool View::same_dims(const View& other) const {
    return layout.rank == other.layout.rank &&
           std::equal(layout.dims, layout.dims + layout.rank, other.layout.dims);
}

View view_of(const sdk::Tensor& tensor, const std::string& name) {
    const int bits = sdk::bits(tensor.dtype);
    if (bits < 8) unsupported(name + " has a type that no kernel here knows");
    if ((tensor.flags & ~ASSAY_TENSOR_CONST) != 0) unsupported(name + " has unknown flags");
    if (tensor.scale != ASSAY_SCALE_NONE) unsupported(name + " is scaled");
    View view;
    view.dtype = tensor.dtype;
    view.width = static_cast<std::uint64_t>(bits) / 8;
    const auto steps = sdk::detail::steps(tensor);
    std::int64_t last = 0;
    for (int i = 0; i < tensor.rank; ++i) {
        const std::int64_t step = steps[static_cast<std::size_t>(i)];
        if (step < 0) unsupported(name + " has a negative stride");
        view.layout.add(tensor.dims[i], step);
        last += (tensor.dims[i] - 1) * step;
    }
    if (view.count() == 0) unsupported(name + " is empty");
    view.bytes = static_cast<std::uint64_t>(last + 1) * view.width;
    return view;
}

Layout broadcast(const View& view, const Layout& to, const char* what) {
    require(view.rank() <= to.rank, std::string(what) + " has more dimensions than the output");
    Layout layout;
    const auto missing = static_cast<int>(to.rank) - view.rank();
    for (int i = 0; i < to.rank; ++i) {
        const bool has = i >= missing;
        const std::int64_t dim = has ? view.dim(i - missing) : 1;
        require(dim == 1 || dim == to.dims[i], std::string(what) + " does not broadcast");
        layout.add(to.dims[i], dim == 1 ? 0 : view.step(i - missing));
    }
    return layout;
}

std::int64_t vector_step(const View& view, std::int64_t count, const char* what) {
    require(view.rank() >= 1 && view.count() == count && view.dim(-1) == count,
            std::string(what) + " has not " + std::to_string(count) + " elements in a row");
    return view.step(-1);
}

Layout without(const Layout& layout, std::int64_t axis) {
    Layout rest;
    for (std::int64_t i = 0; i < layout.rank; ++i) {
        if (i != axis) rest.add(layout.dims[i], layout.steps[i]);
    }
    return rest;
}

}  // namespace assay::cuda
