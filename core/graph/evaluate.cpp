// SPDX-License-Identifier: Apache-2.0
#include "core/graph/evaluate.hpp"

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/graph/numbers.hpp"
#include "core/workload/op_reference.hpp"

namespace assay {
namespace {

const Value& value(const Graph& graph, ValueId id) {
    return graph.values.at(static_cast<std::size_t>(id));
}

/// Calls use(place in the storage) for each element of the value, in row-major order.
template <class Use>
void each_place(const Value& value, Use&& use) {
    const Shape steps = steps_of(value.type);
    const Shape& dims = value.type.dims;
    Shape index(dims.size(), 0);
    std::int64_t place = value.offset;
    for (std::uint64_t i = element_count(value.type); i-- > 0;) {
        use(static_cast<std::size_t>(place));
        for (std::size_t d = dims.size(); d-- > 0;) {
            place += steps[d];
            if (++index[d] < dims[d]) break;
            place -= steps[d] * dims[d];
            index[d] = 0;
        }
    }
}

std::vector<double> filled(const Value& value, std::uint64_t seed) {
    const std::uint64_t count = element_count(value.type);
    std::vector<std::byte> packed(bytes(value.type.dtype, count));
    fill(packed, value, seed);
    std::vector<double> numbers(count);
    load_range(packed, value.type.dtype, 0, numbers);
    return numbers;
}

/// What the type holds of these numbers: rounded, integers saturated, as an operator's answer is.
void store_as(Dtype dtype, std::vector<double>& numbers) {
    std::vector<std::byte> packed(bytes(dtype, numbers.size()));
    store_range(packed, dtype, 0, numbers);
    load_range(packed, dtype, 0, numbers);
}

void run(const Graph& graph, const Node& node, GraphNumbers& numbers, Between between) {
    std::vector<std::vector<double>> inputs;
    for (const ValueId id : node.inputs)
        inputs.push_back(id == no_value ? std::vector<double>{} : elements_of(graph, numbers, id));
    std::vector<std::vector<double>> outputs;
    for (const TensorType& type : node.op.outputs) outputs.emplace_back(element_count(type));
    Op dense = node.op;
    for (TensorType& type : dense.inputs) type.strides.clear();
    for (TensorType& type : dense.outputs) type.strides.clear();
    evaluate(dense, inputs, outputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const Dtype dtype = node.op.outputs[i].dtype;
        if (is_integer(dtype) || between == Between::rounded) store_as(dtype, outputs[i]);
        const Value& into = value(graph, node.outputs[i]);
        auto& storage = numbers[static_cast<std::size_t>(into.storage)];
        std::size_t next = 0;
        each_place(into, [&](std::size_t place) { storage[place] = outputs[i][next++]; });
    }
}

}  // namespace

GraphNumbers starting_numbers(const Graph& graph, std::uint64_t seed,
                              const std::map<std::string, std::vector<double>>& given) {
    GraphNumbers numbers(graph.values.size());
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        const Value& each = graph.values[i];
        if (each.storage != static_cast<ValueId>(i)) continue;
        const bool made = each.kind == ValueKind::temporary || each.kind == ValueKind::output;
        numbers[i] = made ? std::vector<double>(element_count(each.type)) : filled(each, seed);
    }
    for (const auto& [name, replacement] : given) {
        const ValueId id = find_value(graph, name);
        if (id == no_value) throw Error(fmt::format("{} has no '{}'", graph.name, name));
        auto& old = numbers[static_cast<std::size_t>(id)];
        if (old.size() != replacement.size()) {
            throw Error(fmt::format("'{}' has {} elements, {} are given", name, old.size(),
                                    replacement.size()));
        }
        old = replacement;
    }
    return numbers;
}

void evaluate(const Graph& graph, GraphNumbers& numbers, Between between) {
    for (const Node& node : graph.nodes) run(graph, node, numbers, between);
}

std::vector<double> elements_of(const Graph& graph, const GraphNumbers& numbers, ValueId id) {
    const Value& each = value(graph, id);
    const auto& storage = numbers[static_cast<std::size_t>(each.storage)];
    std::vector<double> elements;
    elements.reserve(element_count(each.type));
    each_place(each, [&](std::size_t place) { elements.push_back(storage[place]); });
    return elements;
}

}  // namespace assay
