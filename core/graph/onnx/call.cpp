// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/call.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.hpp"

namespace assay {

std::string label_of(const OnnxNode& node) {
    const bool named = !node.name.empty() || node.outputs.empty();
    return fmt::format("{} '{}'", node.op, named ? node.name : node.outputs.front());
}

void OnnxCall::refuse(const std::string& what) const {
    throw Error(what);  // the importer says of which node
}

bool OnnxCall::has(std::size_t i) const {
    return i < node.inputs.size() && !node.inputs[i].empty();
}

bool OnnxCall::known(std::size_t i) const {
    return has(i) && scope_.at(node.inputs[i]).tensor.has_value();
}

Dtype OnnxCall::dtype(std::size_t i) const {
    if (!has(i)) refuse(fmt::format("input {} is missing", i));
    return scope_.dtype_of(scope_.at(node.inputs[i]));
}

const Shape& OnnxCall::dims(std::size_t i) const {
    if (!has(i)) refuse(fmt::format("input {} is missing", i));
    return scope_.dims_of(scope_.at(node.inputs[i]));
}

ValueId OnnxCall::value(std::size_t i) {
    return has(i) ? scope_.id_of(node.inputs[i]) : no_value;
}

const OnnxTensor& OnnxCall::tensor(std::size_t i) const {
    if (!has(i)) refuse(fmt::format("input {} is missing", i));
    const OnnxValue& value = scope_.at(node.inputs[i]);
    if (!value.tensor) {
        refuse("needs '" + node.inputs[i] + "' before the run; make it a constant of the file");
    }
    return *value.tensor;
}

std::vector<double> OnnxCall::numbers(std::size_t i) const {
    const OnnxTensor& all = tensor(i);
    if (element_count(all.dims) > most_folded) refuse("'" + node.inputs[i] + "' is too long");
    return onnx_numbers(all);
}

Integers OnnxCall::integers(std::size_t i) const {
    constexpr double most = 0x1p62;
    Integers whole;
    for (const double each : numbers(i)) {
        if (!(each == each)) refuse("'" + node.inputs[i] + "' holds what is no number");
        whole.push_back(static_cast<std::int64_t>(std::clamp(each, -most, most)));
    }
    return whole;
}

double OnnxCall::number(std::size_t i) const {
    const std::vector<double> all = numbers(i);
    if (all.size() != 1) refuse(fmt::format("'{}' must be one number", node.inputs[i]));
    return all.front();
}

template <class T>
const T* OnnxCall::attribute(const char* name) const {
    const auto found = node.attributes.find(name);
    if (found == node.attributes.end()) return nullptr;
    const T* value = std::get_if<T>(&found->second);
    if (value == nullptr) refuse(fmt::format("attribute {} is of another type", name));
    return value;
}

bool OnnxCall::has_attribute(const char* name) const {
    return node.attributes.contains(name);
}

std::int64_t OnnxCall::integer(const char* name, std::int64_t otherwise) const {
    const auto* value = attribute<std::int64_t>(name);
    return value == nullptr ? otherwise : *value;
}

double OnnxCall::real(const char* name, double otherwise) const {
    const auto* value = attribute<double>(name);
    return value == nullptr ? otherwise : *value;
}

std::string OnnxCall::text(const char* name, const char* otherwise) const {
    const auto* value = attribute<std::string>(name);
    return value == nullptr ? otherwise : *value;
}

Integers OnnxCall::list(const char* name) const {
    const auto* value = attribute<Integers>(name);
    return value == nullptr ? Integers{} : *value;
}

Integers OnnxCall::integers(const char* name, std::size_t input) const {
    return has(input) ? integers(input) : list(name);
}

bool OnnxCall::wants(std::size_t output) const {
    return output < node.outputs.size() && !node.outputs[output].empty();
}

std::size_t OnnxCall::axis(std::int64_t given, std::size_t rank) const {
    const auto size = static_cast<std::int64_t>(rank);
    if (given < -size || given >= size)
        refuse(fmt::format("axis {} is not one of {} dimensions", given, rank));
    return static_cast<std::size_t>(given < 0 ? given + size : given);
}

std::string OnnxCall::next_name() {
    const std::string& base = node.outputs.empty() ? node.name : node.outputs.front();
    ++parts_;
    return parts_ == 1 ? base : fmt::format("{}/{}", base, parts_);
}

std::string OnnxCall::next_constant() {
    return fmt::format("{}/c{}", node.outputs.empty() ? node.name : node.outputs.front(),
                       ++constants_);
}

ValueId OnnxCall::add(OpAttrs attrs, const std::vector<ValueId>& inputs, Dtype dtype) {
    const ValueId id = scope_.build.add(next_name(), std::move(attrs), inputs, dtype);
    scope_.own.insert(id);
    return id;
}

std::vector<ValueId> OnnxCall::add_two(OpAttrs attrs, const std::vector<ValueId>& inputs) {
    const auto ids =
        scope_.build.add_all(next_name(), std::move(attrs), inputs, {Dtype::none, Dtype::none});
    scope_.own.insert(ids.begin(), ids.end());
    return ids;
}

ValueId OnnxCall::make(OpAttrs attrs, const std::vector<ValueId>& inputs, Shape dims) {
    const std::string name = next_name();
    const Dtype dtype = dtype_of(inputs.front());
    const ValueId id = scope_.build.temporary(name, assay::tensor(dtype, std::move(dims)));
    scope_.build.add_into(name, std::move(attrs), inputs, id);
    scope_.own.insert(id);
    return id;
}

ValueId OnnxCall::apply(Function function, const std::vector<ValueId>& operands) {
    ElementwiseAttrs attrs;
    attrs.function = function;
    return add(attrs, operands);
}

ValueId OnnxCall::apply(const ElementwiseAttrs& attrs, const std::vector<ValueId>& operands) {
    return add(attrs, operands);
}

ValueId OnnxCall::linear(ValueId x, double factor, double offset) {
    ElementwiseAttrs attrs;
    attrs.function = Function::activation;
    attrs.alpha = factor;
    attrs.beta = offset;
    return add(attrs, {x});
}

ValueId OnnxCall::reshape(ValueId x, Shape dims) {
    return dims == dims_of(x) ? x : scope_.build.reshape(x, std::move(dims));
}

ValueId OnnxCall::convert(ValueId x, Dtype dtype) {
    return dtype_of(x) == dtype ? x : add(ConvertAttrs{}, {x}, dtype);
}

ValueId OnnxCall::transpose(ValueId x, const Integers& order) {
    CopyAttrs attrs;
    attrs.function = Copying::transpose;
    if (order.size() != dims_of(x).size()) refuse("perm does not name every dimension");
    std::copy(order.begin(), order.end(), attrs.params.begin());
    return add(attrs, {x});
}

ValueId OnnxCall::expand(ValueId x, Shape dims) {
    CopyAttrs attrs;
    attrs.function = Copying::expand;
    return make(attrs, {x}, std::move(dims));
}

ValueId OnnxCall::part(ValueId x, std::size_t axis, std::int64_t begin, std::int64_t count) {
    CopyAttrs attrs;
    attrs.function = Copying::slice;
    attrs.params.at(axis) = begin;
    Shape dims = dims_of(x);
    dims.at(axis) = count;
    return make(attrs, {x}, std::move(dims));
}

ValueId OnnxCall::filled(TensorType type, double number) {
    FillRule fill{.filling = Filling::same, .center = number, .values = {}};
    return scope_.build.constant(next_constant(), std::move(type), std::move(fill));
}

ValueId OnnxCall::scalar(double number, Dtype dtype) {
    return filled(assay::tensor(dtype, {}), number);
}

ValueId OnnxCall::constant(const OnnxTensor& tensor) {
    return scope_.constant(next_constant(), tensor);
}

const TensorType& OnnxCall::type_of(ValueId id) const {
    if (id == no_value) refuse("an input is missing");
    return scope_.build.type(id);
}

Dtype OnnxCall::dtype_numbered(std::int64_t onnx_type) const {
    const bool possible = onnx_type >= 0 && onnx_type < 1000;
    return scope_.dtype_of(possible ? static_cast<OnnxType>(onnx_type) : OnnxType::undefined);
}

void OnnxCall::give(ValueId id, std::size_t output) {
    if (wants(output)) scope_.set(node.outputs[output], {std::nullopt, id});
}

void OnnxCall::give(OnnxTensor tensor, std::size_t output) {
    if (!wants(output)) return;
    tensor.name = node.outputs[output];
    scope_.set(node.outputs[output], {std::move(tensor), no_value});
}

}  // namespace assay
