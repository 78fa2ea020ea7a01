// SPDX-License-Identifier: Apache-2.0
// One operator asked of a device, as a value: its tensors and what it is told beyond them. The
// vocabulary of operator cases and of graphs; the C++ twin of assay/ops.h and assay/attrs.h, with
// the same numbers. Shapes, formulas and rounding of each: docs/operators.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/workload/dtype.hpp"
#include "core/workload/gemm.hpp"

namespace assay {

inline constexpr int max_rank = 8;
using Shape = std::vector<std::int64_t>;  ///< Up to max_rank dimensions, the last one fastest.

std::int64_t element_count(const Shape& shape);  ///< 1 for a scalar (rank 0).
std::string text_of(const Shape& shape);         ///< "1x64x56x56"; "scalar".

/// Which numbers scale the elements of a tensor: value = element * scale.
enum class Scaling { none, tensor, channel, block };

/// A tensor of an operator. Dense unless `strides` says otherwise.
struct TensorType {
    Dtype dtype = Dtype::none;  ///< none: an optional tensor that is absent.
    Shape dims;
    Shape strides;          ///< In elements, one for each dimension; empty: dense.
    bool constant = false;  ///< Weights: never changes after preparation.
    Scaling scaling = Scaling::none;
    Dtype scale_dtype = Dtype::none;
    int scale_axis = 0;            ///< channel: its dimension; block: the dimension that is cut.
    std::int64_t scale_block = 0;  ///< block: elements that share a scale.

    bool operator==(const TensorType&) const = default;
    [[nodiscard]] bool present() const { return dtype != Dtype::none; }
};
/// Elements of the tensor, not of what its strides span.
std::uint64_t element_count(const TensorType& tensor);
/// Bytes of its elements, packed.
std::uint64_t byte_count(const TensorType& tensor);
/// Dimensions of the scales that belong to it; a scalar for Scaling::tensor.
Shape scale_dims(const TensorType& tensor);

enum class OpKind : std::int32_t {
    none = 0,
    matmul = 1,
    conv = 2,
    attention = 3,
    softmax = 4,
    norm = 5,
    elementwise = 6,
    reduce = 7,
    gather = 8,
    scatter = 9,
    pool = 10,
    copy = 11,
    convert = 12,
    rope = 13,
    topk = 14,
    grouped_matmul = 15,
    resize = 16,
};

enum class NormKind : std::int32_t { none = 0, layer = 1, rms = 2, group = 3, batch = 4 };
enum class Reduction : std::int32_t {
    none = 0,
    sum = 1,
    mean = 2,
    max = 3,
    argmax = 4,
    min = 5,
    product = 6,
    sum_squares = 7,
    argmin = 8,
};
enum class Copying : std::int32_t {
    none = 0,
    transpose = 1,
    slice = 2,
    concat = 3,
    pad = 4,
    expand = 5,
};
enum class Padding : std::int32_t { constant = 0, edge = 1, reflect = 2 };
enum class Layout : std::int32_t { channels_first = 0, channels_last = 1 };
enum class Interpolation : std::int32_t { nearest = 0, linear = 1 };
enum class Coordinates : std::int32_t { half_pixel = 0, asymmetric = 1, align_corners = 2 };
enum class Nearest : std::int32_t { floor = 0, round_down = 1, ceil = 2, round_up = 3 };
/// Functions of one, two or three tensors; the numbers of ASSAY_EW_*.
enum class Function : std::int32_t {
    none = 0,
    add = 1,
    mul = 2,
    sub = 3,
    div = 4,
    max = 5,
    activation = 6,
    gated = 7,
    exp = 8,
    sigmoid = 9,
    tanh = 10,
    min = 11,
    pow = 12,
    sqrt = 13,
    rsqrt = 14,
    log = 15,
    abs = 16,
    neg = 17,
    erf = 18,
    floor = 19,
    ceil = 20,
    round = 21,
    sin = 22,
    cos = 23,
    reciprocal = 24,
    clip = 25,
    hard_sigmoid = 26,
    hard_swish = 27,
    leaky_relu = 28,
    elu = 29,
    softplus = 30,
    sign = 31,
    prelu = 32,
    where = 33,
    equal = 34,
    less = 35,
    greater = 36,
    logical_not = 37,
    logical_and = 38,
    logical_or = 39,
};
/// How many tensors it takes: 1, 2 or 3; 0 for none.
int operand_count(Function function);

struct MatmulAttrs {
    bool transpose_a = false, transpose_b = false;
    Activation activation = Activation::none;
    double alpha = 1, beta = 0;
    bool operator==(const MatmulAttrs&) const = default;
};

using Three = std::array<std::int64_t, 3>;  ///< One for each spatial dimension, the rest unused.

struct ConvAttrs {
    int spatial_rank = 2;  ///< 1 … 3.
    Layout layout = Layout::channels_first;
    std::int64_t groups = 1;
    Activation activation = Activation::none;
    bool transposed = false;
    Three stride{1, 1, 1}, dilation{1, 1, 1}, pad_begin{}, pad_end{}, output_pad{};
    bool operator==(const ConvAttrs&) const = default;
};

struct AttentionAttrs {
    bool causal = false;
    std::int64_t window = 0;  ///< Tokens a query sees at most; 0: all.
    double scale = 0;         ///< 0: 1 / sqrt(head).
    bool operator==(const AttentionAttrs&) const = default;
};

struct SoftmaxAttrs {
    int axis = 0;
    bool logarithm = false;
    bool operator==(const SoftmaxAttrs&) const = default;
};

struct NormAttrs {
    NormKind kind = NormKind::layer;
    std::int64_t groups = 1;  ///< Of a group norm.
    Activation activation = Activation::none;
    double epsilon = 1e-5;
    bool operator==(const NormAttrs&) const = default;
};

struct ElementwiseAttrs {
    Function function = Function::none;
    Activation activation = Activation::none;  ///< Of Function::activation and ::gated.
    double alpha = 1, beta = 0;                ///< result = alpha f + beta.
    double p = 0, q = 0;  ///< Parameters of clip, hard_sigmoid, leaky_relu, elu.
    bool operator==(const ElementwiseAttrs&) const = default;
};

struct ReduceAttrs {
    Reduction function = Reduction::none;
    std::vector<int> axes;  ///< Ascending.
    bool keep_dims = false;
    bool operator==(const ReduceAttrs&) const = default;
};

struct GatherAttrs {
    int axis = 0;
    Reduction bag = Reduction::none;  ///< sum or mean of each row of the indices.
    bool operator==(const GatherAttrs&) const = default;
};

struct ScatterAttrs {
    bool operator==(const ScatterAttrs&) const = default;
};

struct PoolAttrs {
    Reduction function = Reduction::none;  ///< max or mean.
    int spatial_rank = 2;
    Layout layout = Layout::channels_first;
    bool global = false;
    bool count_padding = false;
    Three window{1, 1, 1}, stride{1, 1, 1}, pad_begin{}, pad_end{}, dilation{1, 1, 1};
    bool operator==(const PoolAttrs&) const = default;
};

struct CopyAttrs {
    Copying function = Copying::none;
    int axis = 0;  ///< Of concat.
    /// transpose: params[i] is the input's dimension of output dimension i. slice: begins, then
    /// from params[max_rank] on steps. pad: elements before, then from params[max_rank] on after.
    std::array<std::int64_t, std::size_t{2} * max_rank> params{};
    double value = 0;  ///< Padded with.
    Padding padding = Padding::constant;
    bool operator==(const CopyAttrs&) const = default;
};

struct ConvertAttrs {
    bool operator==(const ConvertAttrs&) const = default;
};

struct RopeAttrs {
    std::int64_t rotary_dims = 0;  ///< 0: all of the head.
    bool interleaved = false;      ///< Pairs (2i, 2i+1), else (i, i + rotary_dims / 2).
    double base = 10000, scale = 1;
    bool operator==(const RopeAttrs&) const = default;
};

struct TopkAttrs {
    int axis = 0;
    std::int64_t k = 1;
    bool smallest = false;
    bool operator==(const TopkAttrs&) const = default;
};

struct GroupedMatmulAttrs {
    bool transpose_b = false;
    Activation activation = Activation::none;
    bool operator==(const GroupedMatmulAttrs&) const = default;
};

struct ResizeAttrs {
    Interpolation mode = Interpolation::nearest;
    Coordinates coordinates = Coordinates::half_pixel;
    Nearest nearest = Nearest::round_down;
    std::array<double, max_rank> scale{};  ///< Of each dimension; 0: output / input.
    bool operator==(const ResizeAttrs&) const = default;
};

/// In the order of OpKind, after none.
using OpAttrs =
    std::variant<std::monostate, MatmulAttrs, ConvAttrs, AttentionAttrs, SoftmaxAttrs, NormAttrs,
                 ElementwiseAttrs, ReduceAttrs, GatherAttrs, ScatterAttrs, PoolAttrs, CopyAttrs,
                 ConvertAttrs, RopeAttrs, TopkAttrs, GroupedMatmulAttrs, ResizeAttrs>;

/// Inputs and outputs in the order of assay/ops.h; an absent optional one has Dtype::none. Absent
/// inputs at the end may be left out.
struct Op {
    OpAttrs attrs;
    std::vector<TensorType> inputs, outputs;
    Dtype accumulator = Dtype::none;  ///< none: as the plugin likes, and reports.
    Math math = Math::strict;
    bool deterministic = false;

    bool operator==(const Op&) const = default;
    [[nodiscard]] OpKind kind() const { return static_cast<OpKind>(attrs.index()); }
    /// Whether optional input i is there.
    [[nodiscard]] bool has(std::size_t i) const { return i < inputs.size() && inputs[i].present(); }
};

}  // namespace assay
