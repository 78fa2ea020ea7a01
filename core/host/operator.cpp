// SPDX-License-Identifier: Apache-2.0
// An operator's tensors and attributes as C structs. One function an operator: their fields have
// the names of the C++ ones, and a few defaults (0 means 1) that are written out.
#include "core/host/operator.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/base/error.hpp"
#include "core/host/codes.hpp"

namespace assay {
namespace {

template <class E>
std::int32_t code(E value) {
    return static_cast<std::int32_t>(value);
}

template <class Struct>
Struct sized() {
    Struct value{};
    value.struct_size = sizeof(value);
    return value;
}

void put(std::int32_t (&to)[3], const Three& from) {
    for (std::size_t i = 0; i < 3; ++i) to[i] = static_cast<std::int32_t>(from.at(i));
}

/// What a convolution and a pool say alike of their spatial dimensions.
template <class Struct, class Attrs>
void put_spatial(Struct& c, const Attrs& attrs) {
    c.spatial_rank = attrs.spatial_rank;
    c.layout = code(attrs.layout);
    put(c.stride, attrs.stride);
    put(c.dilation, attrs.dilation);
    put(c.pad_begin, attrs.pad_begin);
    put(c.pad_end, attrs.pad_end);
}

assay_tensor_desc describe_tensor(const TensorType& type) {
    auto desc = sized<assay_tensor_desc>();
    desc.dtype = code(type.dtype);
    desc.rank = static_cast<std::int32_t>(type.dims.size());
    if (type.dims.size() > max_rank) throw Error("a tensor of more than 8 dimensions");
    std::copy(type.dims.begin(), type.dims.end(), desc.dims);
    std::copy(type.strides.begin(), type.strides.end(), desc.strides);
    if (type.constant) desc.flags |= ASSAY_TENSOR_CONST;
    desc.scale = code(type.scaling);
    desc.scale_dtype = code(type.scale_dtype);
    desc.scale_axis = type.scale_axis;
    desc.scale_block = static_cast<std::int32_t>(type.scale_block);
    return desc;
}

assay_matmul_attrs to_c(const MatmulAttrs& attrs) {
    auto c = sized<assay_matmul_attrs>();
    c.transpose_a = attrs.transpose_a ? 1 : 0;
    c.transpose_b = attrs.transpose_b ? 1 : 0;
    c.activation = abi_code(attrs.activation);
    c.alpha = attrs.alpha;
    c.beta = attrs.beta;
    return c;
}

assay_conv_attrs to_c(const ConvAttrs& attrs) {
    auto c = sized<assay_conv_attrs>();
    put_spatial(c, attrs);
    c.groups = static_cast<std::int32_t>(attrs.groups);
    c.activation = abi_code(attrs.activation);
    c.transposed = attrs.transposed ? 1 : 0;
    put(c.output_pad, attrs.output_pad);
    return c;
}

/// Heads are those of Q and K.
assay_attention_attrs to_c(const AttentionAttrs& attrs, const Op& op) {
    auto c = sized<assay_attention_attrs>();
    c.causal = attrs.causal ? 1 : 0;
    c.query_heads = static_cast<std::int32_t>(op.inputs.at(0).dims.at(1));
    c.kv_heads = static_cast<std::int32_t>(op.inputs.at(1).dims.at(1));
    c.window = static_cast<std::int32_t>(attrs.window);
    c.scale = attrs.scale;
    return c;
}

assay_softmax_attrs to_c(const SoftmaxAttrs& attrs) {
    auto c = sized<assay_softmax_attrs>();
    c.axis = attrs.axis;
    c.logarithm = attrs.logarithm ? 1 : 0;
    return c;
}

assay_norm_attrs to_c(const NormAttrs& attrs) {
    auto c = sized<assay_norm_attrs>();
    c.kind = code(attrs.kind);
    c.groups = static_cast<std::int32_t>(attrs.groups);
    c.activation = abi_code(attrs.activation);
    c.epsilon = attrs.epsilon;
    return c;
}

assay_elementwise_attrs to_c(const ElementwiseAttrs& attrs) {
    auto c = sized<assay_elementwise_attrs>();
    c.function = code(attrs.function);
    c.activation = abi_code(attrs.activation);
    c.alpha = attrs.alpha;
    c.beta = attrs.beta;
    c.parameter[0] = attrs.p;
    c.parameter[1] = attrs.q;
    return c;
}

assay_reduce_attrs to_c(const ReduceAttrs& attrs) {
    auto c = sized<assay_reduce_attrs>();
    c.function = code(attrs.function);
    for (const int axis : attrs.axes) c.axes_mask |= 1U << static_cast<unsigned>(axis);
    c.keep_dims = attrs.keep_dims ? 1 : 0;
    return c;
}

assay_gather_attrs to_c(const GatherAttrs& attrs) {
    auto c = sized<assay_gather_attrs>();
    c.axis = attrs.axis;
    c.bag = code(attrs.bag);
    return c;
}

assay_pool_attrs to_c(const PoolAttrs& attrs) {
    auto c = sized<assay_pool_attrs>();
    c.function = code(attrs.function);
    put_spatial(c, attrs);
    c.global = attrs.global ? 1 : 0;
    c.count_padding = attrs.count_padding ? 1 : 0;
    put(c.window, attrs.window);
    return c;
}

assay_copy_attrs to_c(const CopyAttrs& attrs) {
    auto c = sized<assay_copy_attrs>();
    c.function = code(attrs.function);
    c.axis = attrs.axis;
    std::copy(attrs.params.begin(), attrs.params.end(), c.params);
    c.value = attrs.value;
    c.pad_mode = code(attrs.padding);
    return c;
}

assay_rope_attrs to_c(const RopeAttrs& attrs) {
    auto c = sized<assay_rope_attrs>();
    c.rotary_dims = static_cast<std::int32_t>(attrs.rotary_dims);
    c.interleaved = attrs.interleaved ? 1 : 0;
    c.base = attrs.base;
    c.scale = attrs.scale;
    return c;
}

assay_topk_attrs to_c(const TopkAttrs& attrs) {
    auto c = sized<assay_topk_attrs>();
    c.axis = attrs.axis;
    c.k = attrs.k;
    c.smallest = attrs.smallest ? 1 : 0;
    return c;
}

/// A grouped matmul has the attributes of a matmul.
assay_matmul_attrs to_c(const GroupedMatmulAttrs& attrs) {
    auto c = sized<assay_matmul_attrs>();
    c.transpose_b = attrs.transpose_b ? 1 : 0;
    c.activation = abi_code(attrs.activation);
    c.alpha = 1;
    return c;
}

assay_resize_attrs to_c(const ResizeAttrs& attrs) {
    auto c = sized<assay_resize_attrs>();
    c.mode = code(attrs.mode);
    c.coordinates = code(attrs.coordinates);
    c.nearest = code(attrs.nearest);
    std::copy(attrs.scale.begin(), attrs.scale.end(), c.scale);
    return c;
}

using CAttrs =
    std::variant<std::monostate, assay_matmul_attrs, assay_conv_attrs, assay_attention_attrs,
                 assay_softmax_attrs, assay_norm_attrs, assay_elementwise_attrs, assay_reduce_attrs,
                 assay_gather_attrs, assay_pool_attrs, assay_copy_attrs, assay_rope_attrs,
                 assay_topk_attrs, assay_resize_attrs>;

CAttrs attributes(const Op& op) {
    return std::visit(
        [&](const auto& attrs) -> CAttrs {
            using T = std::decay_t<decltype(attrs)>;
            constexpr bool none = std::is_same_v<T, std::monostate> ||
                                  std::is_same_v<T, ScatterAttrs> ||
                                  std::is_same_v<T, ConvertAttrs>;
            if constexpr (none)
                return std::monostate{};
            else if constexpr (std::is_same_v<T, AttentionAttrs>)
                return to_c(attrs, op);
            else
                return to_c(attrs);
        },
        op.attrs);
}

const void* pointer(const CAttrs& attrs) {
    return std::visit(
        [](const auto& each) -> const void* {
            if constexpr (std::is_same_v<std::decay_t<decltype(each)>, std::monostate>)
                return nullptr;
            else
                return &each;
        },
        attrs);
}

/// Descriptors and pointers to them; an absent tensor is NULL.
struct TensorList {
    std::vector<assay_tensor_desc> descs;
    std::vector<const assay_tensor_desc*> pointers;

    explicit TensorList(const std::vector<TensorType>& types) {
        for (const TensorType& each : types) descs.push_back(describe_tensor(each));
        for (std::size_t i = 0; i < types.size(); ++i) {
            pointers.push_back(types[i].present() ? &descs[i] : nullptr);
        }
    }
};

}  // namespace

struct Operator::Storage {
    explicit Storage(const Op& op)
        : inputs(op.inputs), outputs(op.outputs), attrs(attributes(op)) {}

    TensorList inputs, outputs;
    CAttrs attrs;
    assay_op_desc desc{};
};

Operator::Operator(const Op& op) : storage_(std::make_unique<Storage>(op)) {
    assay_op_desc& desc = storage_->desc;
    desc.struct_size = sizeof(desc);
    desc.op = code(op.kind());
    desc.num_inputs = static_cast<std::uint32_t>(storage_->inputs.pointers.size());
    desc.num_outputs = static_cast<std::uint32_t>(storage_->outputs.pointers.size());
    desc.inputs = storage_->inputs.pointers.data();
    desc.outputs = storage_->outputs.pointers.data();
    desc.attrs = pointer(storage_->attrs);
    desc.accumulator = code(op.accumulator);
    desc.math = abi_code(op.math);
    desc.deterministic = op.deterministic ? 1 : 0;
}

Operator::~Operator() = default;
Operator::Operator(Operator&&) noexcept = default;
Operator& Operator::operator=(Operator&&) noexcept = default;

const assay_op_desc& Operator::desc() const {
    return storage_->desc;
}

}  // namespace assay
