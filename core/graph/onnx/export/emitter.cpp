// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/export/emitter.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/error.hpp"

namespace assay::onnx_export {
namespace {

constexpr std::int64_t opset = 17;

/// numpy's; that they fit was checked when the graph was built.
Shape broadcast_of(const Tensor& x, const Tensor& y) {
    Shape dims = x.dims.size() < y.dims.size() ? y.dims : x.dims;
    const Shape& shorter = x.dims.size() < y.dims.size() ? x.dims : y.dims;
    const std::size_t shift = dims.size() - shorter.size();
    for (std::size_t i = 0; i < shorter.size(); ++i) {
        if (dims[i + shift] == 1) dims[i + shift] = shorter[i];
    }
    return dims;
}

}  // namespace

bool is_floating(OnnxType type) {
    return type == OnnxType::f64 || type == OnnxType::f32 || is_narrow(type);
}

bool is_narrow(OnnxType type) {
    return type == OnnxType::f16 || type == OnnxType::bf16;
}

OnnxType type_in_file(Dtype dtype) {
    switch (dtype) {
        case Dtype::f64:
            return OnnxType::f64;
        case Dtype::f32:
            return OnnxType::f32;
        case Dtype::f16:
            return OnnxType::f16;
        case Dtype::bf16:
            return OnnxType::bf16;
        case Dtype::i32:
            return OnnxType::i32;
        case Dtype::i8:
            return OnnxType::i8;
        case Dtype::u8:
            return OnnxType::u8;
        default:
            throw Error(fmt::format("{} is no type of ONNX opset {}", name(dtype), opset));
    }
}

Emitter::Emitter(const std::string& name) {
    model.file = name;
    model.producer = "assay";
    model.opset = opset;
}

std::string Emitter::unused(std::string_view text) {
    std::string base(text);
    for (char& each : base) {
        if (std::isalnum(static_cast<unsigned char>(each)) == 0) each = '_';
    }
    if (base.empty() || std::isdigit(static_cast<unsigned char>(base.front())) != 0)
        base.insert(0, 1, '_');
    std::string name = base;
    for (int i = 2; !used_.insert(name).second; ++i) name = fmt::format("{}_{}", base, i);
    return name;
}

Tensor Emitter::input(const std::string& name, OnnxType type, const Shape& dims) {
    OnnxInput made{name, type, true, {}};
    for (const std::int64_t size : dims) made.dims.push_back({size, ""});
    model.inputs.push_back(std::move(made));
    return {name, type, dims};
}

void Emitter::output(const Tensor& tensor, const std::string& name) {
    OnnxInput made{name, tensor.type, true, {}};
    for (const std::int64_t size : tensor.dims) made.dims.push_back({size, ""});
    model.nodes.push_back({name, "Identity", {tensor.name}, {name}, {}});
    model.outputs.push_back(made.name);
    model.output_types.push_back(std::move(made));
}

Tensor Emitter::initializer(OnnxTensor tensor) {
    tensor.name = unused(tensor.name);
    model.initializers.push_back(std::move(tensor));
    const OnnxTensor& made = model.initializers.back();
    return {made.name, made.type, made.dims};
}

Tensors Emitter::add_all(const char* op, const Tensors& inputs, Tensors like,
                         Attributes attributes) {
    OnnxNode node;
    node.op = op;
    for (const Tensor& each : inputs) node.inputs.push_back(each.present() ? each.name : "");
    for (Tensor& each : like) {
        each.name = unused(base_);
        node.outputs.push_back(each.name);
    }
    node.name = like.front().name;
    node.attributes = std::move(attributes);
    model.nodes.push_back(std::move(node));
    return like;
}

Tensor Emitter::add(const char* op, const Tensors& inputs, const Tensor& like,
                    Attributes attributes) {
    return add_all(op, inputs, {like}, std::move(attributes)).front();
}

Tensor Emitter::unary(const char* op, const Tensor& x, Attributes attributes) {
    return add(op, {x}, x, std::move(attributes));
}

Tensor Emitter::binary(const char* op, const Tensor& x, const Tensor& y) {
    return add(op, {x, y}, {"", x.type, broadcast_of(x, y)});
}

Tensor Emitter::compare(const char* op, const Tensor& x, const Tensor& y) {
    return add(op, {x, y}, {"", OnnxType::boolean, broadcast_of(x, y)});
}

Tensor Emitter::where(const Tensor& condition, const Tensor& x, const Tensor& y) {
    const Tensor both{"", x.type, broadcast_of(x, y)};
    return add("Where", {condition, x, y}, {"", x.type, broadcast_of(condition, both)});
}

Tensor Emitter::reduce_mean(const Tensor& x, std::int64_t axis) {
    Tensor like = x;
    like.dims.at(static_cast<std::size_t>(axis)) = 1;
    return add("ReduceMean", {x}, like, {{"axes", Integers{axis}}});
}

Tensor Emitter::cast(const Tensor& x, OnnxType type) {
    if (x.type == type) return x;
    return add("Cast", {x}, {"", type, x.dims}, {{"to", static_cast<std::int64_t>(type)}});
}

Tensor Emitter::reshape(const Tensor& x, const Shape& dims) {
    if (x.dims == dims) return x;
    return add("Reshape", {x, list(dims)}, {"", x.type, dims});
}

Tensor Emitter::transpose(const Tensor& x, const Integers& order) {
    if (std::is_sorted(order.begin(), order.end())) return x;
    Tensor like = x;
    for (std::size_t i = 0; i < order.size(); ++i)
        like.dims[i] = x.dims.at(static_cast<std::size_t>(order[i]));
    return add("Transpose", {x}, like, {{"perm", order}});
}

Tensor Emitter::transposed(const Tensor& x) {
    Integers order(x.dims.size());
    std::iota(order.begin(), order.end(), 0);
    std::swap(order.at(order.size() - 2), order.back());
    return transpose(x, order);
}

Tensor Emitter::slice(const Tensor& x, const std::vector<Piece>& pieces) {
    Tensor like = x;
    Integers begins, ends, axes;
    for (const Piece& each : pieces) {
        std::int64_t& size = like.dims.at(static_cast<std::size_t>(each.axis));
        if (each.begin == 0 && each.end == size) continue;
        size = each.end - each.begin;
        begins.push_back(each.begin);
        ends.push_back(each.end);
        axes.push_back(each.axis);
    }
    if (axes.empty()) return x;
    return add("Slice", {x, list(begins), list(ends), list(axes)}, like);
}

Tensor Emitter::concat(const Tensors& parts, std::int64_t axis) {
    if (parts.size() == 1) return parts.front();
    Tensor like = parts.front();
    std::int64_t& size = like.dims.at(static_cast<std::size_t>(axis));
    size = 0;
    for (const Tensor& each : parts) size += each.dims.at(static_cast<std::size_t>(axis));
    return add("Concat", parts, like, {{"axis", axis}});
}

Tensor Emitter::constant(OnnxType type, const Shape& dims, const std::vector<double>& numbers) {
    OnnxTensor made = onnx_tensor(type, dims, numbers);
    made.name = dims.empty() ? "scalar" : "table";
    const std::string key =
        fmt::format("{} {} {}", onnx_name(type), fmt::join(dims, "x"), *made.bytes);
    return once(key, [&] { return initializer(made); });
}

Tensor Emitter::list(const Integers& numbers) {
    const std::vector<double> wide(numbers.begin(), numbers.end());
    return constant(OnnxType::i64, {static_cast<std::int64_t>(numbers.size())}, wide);
}

Tensor Emitter::counting(OnnxType type, const Shape& dims, double first) {
    std::vector<double> numbers(static_cast<std::size_t>(element_count(dims)));
    std::iota(numbers.begin(), numbers.end(), first);
    return constant(type, dims, numbers);
}

Tensor Emitter::once(const std::string& key, const std::function<Tensor()>& make) {
    const auto found = pool_.find(key);
    if (found != pool_.end()) return found->second;
    return pool_.emplace(key, make()).first->second;
}

}  // namespace assay::onnx_export
