// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/scope.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

/// The elements as the type that they have on the device.
std::shared_ptr<const std::string> packed(const OnnxTensor& tensor, Dtype dtype) {
    const bool narrowed = onnx_element_bytes(tensor.type) * 8 != std::uint64_t(bits(dtype));
    if (dtype == onnx_dtype(tensor.type) && !narrowed) return tensor.bytes;
    const std::vector<double> numbers = onnx_numbers(tensor);
    const double most = largest(dtype);
    const auto beyond = [&](double each) { return each > most || each < -most - 1; };
    if (is_integer(dtype) && std::any_of(numbers.begin(), numbers.end(), beyond)) {
        throw Error(
            fmt::format("'{}' holds integers that do not fit in {}, as 64-bit ones are kept",
                        tensor.name, name(dtype)));
    }
    std::string bytes(assay::bytes(dtype, numbers.size()), '\0');
    store_range(std::as_writable_bytes(std::span(bytes)), dtype, 0, numbers);
    return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace

const OnnxValue& OnnxScope::at(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw Error("'" + name + "' is read before anything writes it");
    return found->second;
}

void OnnxScope::set(const std::string& name, OnnxValue value) {
    if (!values_.emplace(name, std::move(value)).second)
        throw Error("'" + name + "' is written a second time");
}

Dtype OnnxScope::dtype_of(OnnxType type) const {
    const Dtype dtype = onnx_dtype(type);
    if (dtype == Dtype::none) throw Error(onnx_name(type) + " is no type of our operators");
    const bool floating = dtype == Dtype::f32 || dtype == Dtype::f16 || dtype == Dtype::bf16;
    return floating && floats != Dtype::none ? floats : dtype;
}

Dtype OnnxScope::dtype_of(const OnnxValue& value) const {
    return value.tensor ? dtype_of(value.tensor->type) : build.type(value.id).dtype;
}

const Shape& OnnxScope::dims_of(const OnnxValue& value) const {
    return value.tensor ? value.tensor->dims : build.dims(value.id);
}

ValueId OnnxScope::constant(const std::string& name, const OnnxTensor& tensor) {
    const TensorType type = assay::tensor(dtype_of(tensor.type), tensor.dims);
    if (folding_) {
        given[name] = onnx_numbers(tensor);
        return build.input(name, type);
    }
    FillRule fill{.filling = Filling::stored, .values = {}, .stored = packed(tensor, type.dtype)};
    const bool parameter = !is_integer(type.dtype) && !type.dims.empty();
    return parameter ? build.weight(name, type, std::move(fill))
                     : build.constant(name, type, std::move(fill));
}

ValueId OnnxScope::id_of(const std::string& name) {
    static_cast<void>(at(name));
    OnnxValue& value = values_.at(name);
    if (value.id == no_value) value.id = constant(name, *value.tensor);
    return value.id;
}

}  // namespace assay
