// SPDX-License-Identifier: Apache-2.0
// The layers of images, in either layout; the rest of core/graph/families/layers.hpp is in
// layers.cpp.
#include <algorithm>

#include "core/graph/families/layers.hpp"

namespace assay {

ValueId Layers::group_norm(const std::string& name, ValueId image, const NormAttrs& attrs) {
    const std::int64_t width = build.dims(image)[1];
    return build.add(name, attrs,
                     {image, vector(name + " gamma", width, 1), vector(name + " beta", width, 0)});
}

Shape Layers::image_dims(std::int64_t channels, const Shape& spatial) const {
    Shape dims = {request_.batch};
    if (request_.layout == Layout::channels_first) dims.push_back(channels);
    dims.insert(dims.end(), spatial.begin(), spatial.end());
    if (request_.layout == Layout::channels_last) dims.push_back(channels);
    return dims;
}

std::int64_t Layers::channels_of(ValueId image) const {
    return request_.layout == Layout::channels_first ? build.dims(image)[1]
                                                     : build.dims(image).back();
}

ValueId Layers::conv(const std::string& name, ValueId image, const ConvLayer& layer,
                     ValueId residual) {
    ConvAttrs attrs;
    attrs.spatial_rank = layer.rank;
    attrs.layout = request_.layout;
    attrs.activation = layer.activation;
    const auto rank = static_cast<std::size_t>(layer.rank);
    std::fill_n(attrs.stride.begin(), rank, layer.stride);
    std::fill_n(attrs.pad_begin.begin(), rank, layer.pad);
    std::fill_n(attrs.pad_end.begin(), rank, layer.pad);
    const std::int64_t channels = channels_of(image);
    Shape kernel(rank, layer.kernel);
    kernel.insert(request_.layout == Layout::channels_first ? kernel.begin() : kernel.end(),
                  channels);
    kernel.insert(kernel.begin(), layer.width);
    const auto fan_in = static_cast<std::int64_t>(element_count(kernel)) / layer.width;
    std::vector<ValueId> inputs = {image, parameter(name + " weight", kernel, weight_scale(fan_in)),
                                   vector(name + " bias", layer.width, 0)};
    if (residual != no_value) inputs.push_back(residual);
    return build.add(name, attrs, inputs, dtype());
}

ValueId Layers::pixels(const std::string& name, ValueId image) {
    const std::int64_t channels = channels_of(image);
    const auto count = static_cast<std::int64_t>(element_count(build.dims(image)));
    const std::int64_t per_image = count / channels / request_.batch;
    ValueId rows = image;
    if (request_.layout == Layout::channels_first) {
        rows = build.reshape(image, {request_.batch, channels, per_image});
        rows = transpose(name + " rows", rows, {0, 2, 1});
    }
    return build.reshape(rows, {request_.batch * per_image, channels});
}

ValueId Layers::image_of(const std::string& name, ValueId rows, const Shape& spatial) {
    const std::int64_t channels = build.dims(rows).back();
    if (request_.layout == Layout::channels_first) {
        const auto per_image = static_cast<std::int64_t>(element_count(spatial));
        rows = build.reshape(rows, {request_.batch, per_image, channels});
        rows = transpose(name + " image", rows, {0, 2, 1});
    }
    return build.reshape(rows, image_dims(channels, spatial));
}

}  // namespace assay
