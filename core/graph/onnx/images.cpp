// SPDX-License-Identifier: Apache-2.0
// ONNX operators on images: other sizes, and channels that become pixels.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

template <class E>
struct Word {
    std::string_view text;
    E value;
};
constexpr std::array coordinates = {
    Word<Coordinates>{"half_pixel", Coordinates::half_pixel},
    Word<Coordinates>{"pytorch_half_pixel", Coordinates::half_pixel},
    Word<Coordinates>{"asymmetric", Coordinates::asymmetric},
    Word<Coordinates>{"align_corners", Coordinates::align_corners},
};
constexpr std::array nearests = {
    Word<Nearest>{"round_prefer_floor", Nearest::round_down},
    Word<Nearest>{"round_prefer_ceil", Nearest::round_up},
    Word<Nearest>{"floor", Nearest::floor},
    Word<Nearest>{"ceil", Nearest::ceil},
};
constexpr std::array modes = {
    Word<Interpolation>{"nearest", Interpolation::nearest},
    Word<Interpolation>{"linear", Interpolation::linear},
    Word<Interpolation>{"bilinear", Interpolation::linear},
};

template <class Words>
auto word_of(OnnxCall& call, const Words& words, const char* attribute, const char* otherwise) {
    const std::string text = call.text(attribute, otherwise);
    const auto found = std::find_if(words.begin(), words.end(),
                                    [&](const auto& each) { return each.text == text; });
    if (found == words.end())
        call.refuse(std::string(attribute) + " = " + text + " is not supported");
    return found->value;
}

/// Sizes after scaling; the scales stay, for coordinates are worked out with them.
Shape scaled(OnnxCall& call, ResizeAttrs& attrs, const std::vector<double>& scales) {
    Shape dims = call.dims(0);
    if (scales.size() != dims.size() || scales.size() > max_rank)
        call.refuse("scales do not name every dimension");
    for (std::size_t i = 0; i < dims.size(); ++i) {
        const double size = std::floor(static_cast<double>(dims[i]) * scales[i]);
        if (!(scales[i] > 0 && size >= 1 && size <= 0x1p40)) call.refuse("a scale out of range");
        // ONNX's reference counts the part of a pixel that is cut; whole pixels is all we have.
        if (attrs.coordinates == Coordinates::align_corners &&
            size != static_cast<double>(dims[i]) * scales[i]) {
            call.refuse("align_corners with a scale that cuts a pixel is not supported");
        }
        attrs.scale.at(i) = scales[i];
        dims[i] = static_cast<std::int64_t>(size);
    }
    return dims;
}

/// A single pixel has its own rule there, which is not ours.
void refuse_single_pixels(OnnxCall& call, const Shape& dims) {
    if (call.text("coordinate_transformation_mode", "") != "pytorch_half_pixel") return;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (dims[i] == 1 && call.dims(0)[i] != 1)
            call.refuse("pytorch_half_pixel to one pixel is not supported");
    }
}

void resize(OnnxCall& call) {
    ResizeAttrs attrs;
    attrs.mode = word_of(call, modes, "mode", "nearest");
    const bool old = call.opset < 11;
    attrs.coordinates = word_of(call, coordinates, "coordinate_transformation_mode",
                                old ? "asymmetric" : "half_pixel");
    attrs.nearest = word_of(call, nearests, "nearest_mode", old ? "floor" : "round_prefer_floor");
    Shape dims;
    if (!old && call.has(3)) {
        dims = call.integers(3);
    } else if (call.node.op == "Upsample" && call.opset < 9) {
        const auto found = call.node.attributes.find("scales");
        const auto* scales = found == call.node.attributes.end()
                                 ? nullptr
                                 : std::get_if<std::vector<double>>(&found->second);
        if (scales == nullptr) call.refuse("has no scales");
        dims = scaled(call, attrs, *scales);
    } else {
        dims = scaled(call, attrs, call.numbers(old ? 1 : 2));
    }
    if (dims.size() != call.rank(0)) call.refuse("sizes do not name every dimension");
    refuse_single_pixels(call, dims);
    call.give(call.make(attrs, {call.value(0)}, dims));
}

/// Channels, block height and block width stand in another order in each of the three.
struct Blocks {
    Shape split;
    Integers order;
    Shape joined;
};

void rearrange(OnnxCall& call, const Blocks& blocks) {
    const ValueId split = call.reshape(call.value(0), blocks.split);
    call.give(call.reshape(call.transpose(split, blocks.order), blocks.joined));
}

std::int64_t block_size(OnnxCall& call) {
    const std::int64_t size = call.integer("blocksize", 0);
    if (call.rank(0) != 4) call.refuse("takes four dimensions");
    if (size < 1 || size > 1024) call.refuse("blocksize is below 1 or too large");
    return size;
}

void depth_to_space(OnnxCall& call) {
    const std::int64_t b = block_size(call);
    const Shape& x = call.dims(0);
    const std::int64_t c = x[1] / (b * b);
    const std::string mode = call.text("mode", "DCR");
    if (mode != "DCR" && mode != "CRD") call.refuse("mode is " + mode);
    const Shape joined = {x[0], c, x[2] * b, x[3] * b};
    if (mode == "DCR") {
        rearrange(call, {{x[0], b, b, c, x[2], x[3]}, {0, 3, 4, 1, 5, 2}, joined});
    } else {
        rearrange(call, {{x[0], c, b, b, x[2], x[3]}, {0, 1, 4, 2, 5, 3}, joined});
    }
}

void space_to_depth(OnnxCall& call) {
    const std::int64_t b = block_size(call);
    const Shape& x = call.dims(0);
    rearrange(call, {{x[0], x[1], x[2] / b, b, x[3] / b, b},
                     {0, 3, 5, 1, 2, 4},
                     {x[0], x[1] * b * b, x[2] / b, x[3] / b}});
}

constexpr std::array table = {
    Row{"DepthToSpace", depth_to_space},
    Row{"Resize", resize},
    Row{"SpaceToDepth", space_to_depth},
    Row{"Upsample", resize},
};

}  // namespace

std::span<const Row> images() {
    return table;
}

}  // namespace assay::onnx_ops
