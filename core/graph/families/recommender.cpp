// SPDX-License-Identifier: Apache-2.0
// DLRM (Naumov et al., 2019, arXiv 1906.00091): dot products of all pairs of the 1 + tables
// vectors.
#include <fmt/format.h>

#include "core/graph/families/build.hpp"

namespace assay {
namespace {

CopyAttrs concat(int axis) {
    CopyAttrs attrs;
    attrs.function = Copying::concat;
    attrs.axis = axis;
    return attrs;
}

ValueId add_mlp(Layers& layers, const std::string& name, ValueId x,
                const std::vector<std::int64_t>& widths, Activation last) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const Activation activation = i + 1 < widths.size() ? Activation::relu : last;
        x = layers.linear(fmt::format("{} {}", name, i), x, {widths[i], true, activation});
    }
    return x;
}

ValueId add_bag(const Recommender& model, Layers& layers, std::size_t i) {
    const std::string name = fmt::format("table {}", i);
    const std::int64_t batch = layers.request().batch;
    const ValueId table = layers.parameter(name, {model.tables[i], model.width}, 1);
    const ValueId indices =
        layers.build.input(name + " indices", tensor(Dtype::i32, {batch, model.per_bag}),
                           {Filling::below, 0, static_cast<double>(model.tables[i]), {}});
    const ValueId bag =
        layers.build.add(name + " bag", GatherAttrs{.bag = Reduction::sum}, {table, indices});
    return layers.build.reshape(bag, {batch, 1, model.width});
}

/// The strictly lower triangle of [batch, n, n] as [batch, n (n - 1) / 2].
ValueId lower_triangle(Layers& layers, ValueId products) {
    const Shape dims = layers.build.dims(products);
    FillRule places{Filling::listed, 0, 0, {}};
    for (std::int64_t row = 1; row < dims[1]; ++row) {
        for (std::int64_t column = 0; column < row; ++column)
            places.values.push_back(static_cast<double>(row * dims[1] + column));
    }
    const auto count = static_cast<std::int64_t>(places.values.size());
    const ValueId indices =
        layers.build.constant("pairs", tensor(Dtype::i32, {count}), std::move(places));
    const ValueId flat = layers.build.reshape(products, {dims[0], dims[1] * dims[2]});
    return layers.build.add("choose pairs", GatherAttrs{.axis = 1}, {flat, indices});
}

}  // namespace

void add_nodes(const Recommender& model, Layers& layers) {
    const std::int64_t batch = layers.request().batch;
    const ValueId dense = layers.build.input("dense", tensor(layers.dtype(), {batch, model.dense}));
    const ValueId bottom = add_mlp(layers, "bottom", dense, model.bottom, Activation::relu);
    std::vector<ValueId> vectors = {layers.build.reshape(bottom, {batch, 1, model.width})};
    for (std::size_t i = 0; i < model.tables.size(); ++i)
        vectors.push_back(add_bag(model, layers, i));
    const ValueId all = layers.build.add("vectors", concat(1), vectors);
    const ValueId products =
        layers.build.add("interaction", MatmulAttrs{.transpose_b = true}, {all, all});
    const ValueId features =
        layers.build.add("features", concat(1), {bottom, lower_triangle(layers, products)});
    const ValueId score = add_mlp(layers, "top", features, model.top, Activation::none);
    layers.build.output(layers.elementwise("click", {.function = Function::sigmoid}, {score}),
                        "probability");
}

}  // namespace assay
