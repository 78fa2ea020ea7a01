// SPDX-License-Identifier: Apache-2.0
// What several families are made of: linear layers, norms with their residual, attention over
// fused projections, convolutions. Hidden states are [batch * tokens, width] throughout.
#pragma once

#include <string>

#include "core/graph/builder.hpp"
#include "core/graph/model.hpp"

namespace assay {

/// A linear layer from the last dimension of its input to `width`.
struct LinearLayer {
    std::int64_t width = 0;
    bool bias = true;
    Activation activation = Activation::none;
    bool quantised = true;  ///< Of the type ModelTypes::weights; else of the activations'.
};

/// A convolution; padding as given, the same on both sides.
struct ConvLayer {
    int rank = 2;
    std::int64_t width = 0, kernel = 1, stride = 1, pad = 0;
    Activation activation = Activation::none;
};

/// How hidden states are cut in heads.
struct HeadShape {
    std::int64_t batch = 1, tokens = 1, heads = 1, head = 1;
};

/// A hidden state whose last addition waits to be made by the next norm.
struct Stream {
    ValueId sum = no_value, pending = no_value;
};

/// The scale of normal weights that keeps the size of what flows through them: 1 / sqrt(fan in).
double weight_scale(std::int64_t fan_in);

class Layers {
public:
    Layers(std::string graph_name, const ModelRequest& request)
        : build(std::move(graph_name), request.types.math), request_(request) {}

    GraphBuilder build;

    [[nodiscard]] Dtype dtype() const { return request_.types.activations; }
    [[nodiscard]] const ModelRequest& request() const { return request_; }

    /// A parameter of the activations' type, N(0, 1) times scale.
    ValueId parameter(const std::string& name, Shape dims, double scale);
    /// gamma or bias: center ± spread.
    ValueId vector(const std::string& name, std::int64_t width, double center);

    ValueId linear(const std::string& name, ValueId x, const LinearLayer& layer);
    /// x times the transpose of a table [rows, width] that is a parameter already.
    ValueId times_table(const std::string& name, ValueId x, ValueId table);

    /// The norm of the stream; adds what is pending.
    ValueId norm(const std::string& name, Stream& stream, const NormAttrs& attrs);
    /// The norm of x, or of x + residual.
    ValueId norm(const std::string& name, ValueId x, const NormAttrs& attrs,
                 ValueId residual = no_value);
    /// The group norm of an image, with SiLU or without.
    ValueId group_norm(const std::string& name, ValueId image, const NormAttrs& attrs);

    /// Columns first, first + 1, … of x [batch * tokens, …] as [batch, heads, tokens, head]: a
    /// view.
    ValueId heads(ValueId x, const HeadShape& shape, std::int64_t first = 0);
    /// Attention; inputs as of the operator. Gives [batch * tokens, heads * head].
    ValueId attention(const std::string& name, const std::vector<ValueId>& inputs,
                      const AttentionAttrs& attrs = {});
    /// All of self attention but its norm: one projection to q, k and v, attention, projection.
    ValueId self_attention(const std::string& name, ValueId x, const HeadShape& shape,
                           bool qkv_bias = true);
    /// Two linear layers with an activation between.
    ValueId feed_forward(const std::string& name, ValueId x, std::int64_t intermediate,
                         Activation activation);

    ValueId conv(const std::string& name, ValueId image, const ConvLayer& layer,
                 ValueId residual = no_value);
    /// An image of the request's layout: [batch, channels, …] or [batch, …, channels].
    [[nodiscard]] Shape image_dims(std::int64_t channels, const Shape& spatial) const;
    [[nodiscard]] std::int64_t channels_of(ValueId image) const;
    /// An image as [batch * pixels, channels]: a view, or a transposition when channels are first.
    ValueId pixels(const std::string& name, ValueId image);
    /// The way back, to an image of these spatial sizes.
    ValueId image_of(const std::string& name, ValueId rows, const Shape& spatial);

    ValueId elementwise(const std::string& name, const ElementwiseAttrs& attrs,
                        const std::vector<ValueId>& inputs, Dtype dtype = Dtype::none);
    ValueId add(const std::string& name, ValueId x, ValueId y);
    ValueId transpose(const std::string& name, ValueId x, const std::vector<int>& order);
    ValueId convert(const std::string& name, ValueId x, Dtype dtype);

private:
    const ModelRequest& request_;
};

}  // namespace assay
