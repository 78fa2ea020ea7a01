// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/export.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/graph/numbers.hpp"
#include "core/graph/onnx/export/handlers.hpp"
#include "core/graph/onnx/export/views.hpp"

namespace assay {
namespace {

using namespace onnx_export;

constexpr std::uint64_t most_bytes = (std::uint64_t{1} << 31U) - 1;  // of a protobuf message
constexpr std::size_t most_inputs = 6;  // of an operator other than a concatenation

/// In the order of OpKind, after none.
constexpr std::array<Handler, 17> handlers = {
    nullptr, matmul, conv, attention, softmax, norm, elementwise,    reduce, gather,
    scatter, pool,   copy, convert,   rope,    topk, grouped_matmul, resize};

/// What types narrower than those of opset 17 are stored as: nothing is lost.
Dtype stored_type(Dtype dtype) {
    switch (dtype) {
        case Dtype::i4:
            return Dtype::i8;
        case Dtype::u4:
            return Dtype::u8;
        case Dtype::f8e4m3:
        case Dtype::f8e5m2:
            return Dtype::f16;
        default:
            return dtype;
    }
}

OnnxTensor filled(const Value& value, std::uint64_t seed) {
    const Dtype dtype = value.type.dtype, stored = stored_type(dtype);
    const std::uint64_t count = element_count(value.type);
    std::string packed(bytes(dtype, count), '\0');
    fill(std::as_writable_bytes(std::span(packed)), value, seed);
    if (stored != dtype) {
        std::vector<double> numbers(count);
        load_range(std::as_bytes(std::span(packed)), dtype, 0, numbers);
        packed.assign(bytes(stored, count), '\0');
        store_range(std::as_writable_bytes(std::span(packed)), stored, 0, numbers);
    }
    return {value.name, type_in_file(stored), value.type.dims,
            std::make_shared<const std::string>(std::move(packed))};
}

class Exporter {
public:
    Exporter(const Graph& graph, std::uint64_t seed)
        : graph_(graph), seed_(seed), out_(graph.name), now_(graph.values.size()) {}

    OnnxModel run() {
        require_size();
        reserve_names();
        add_inputs(ValueKind::input);
        add_inputs(ValueKind::state);
        for (const Node& node : graph_.nodes) add(node);
        for (const auto& [id, name] : leaving_) {
            if (written_.contains(id)) out_.output(now_[index(id)], name);
        }
        return std::move(out_.model);
    }

private:
    static std::size_t index(ValueId id) { return static_cast<std::size_t>(id); }
    [[nodiscard]] const Value& value(ValueId id) const { return graph_.values[index(id)]; }

    void require_size() const {
        double total = 0;
        for (const ValueId id : values_of(graph_, ValueKind::constant))
            total += static_cast<double>(
                bytes(stored_type(value(id).type.dtype), element_count(value(id).type)));
        if (total < static_cast<double>(most_bytes)) return;
        throw Error(fmt::format(
            "has {:.1f} GiB of weights, an ONNX file holds less than 2; ask for a narrower dtype, "
            "or for --twin, the small model of its kind",
            total / 0x1p30));
    }

    /// Inputs and outputs keep their names; what is between makes way.
    void reserve_names() {
        for (const ValueKind kind : {ValueKind::input, ValueKind::state})
            for (const ValueId id : values_of(graph_, kind))
                names_[id] = out_.unused(value(id).name);
        for (const ValueId id : values_of(graph_, ValueKind::output))
            leaving_.emplace_back(id, out_.unused(value(id).name));
        for (const ValueId id : values_of(graph_, ValueKind::state))
            leaving_.emplace_back(id, out_.unused(value(id).name + "_out"));
    }

    void add_inputs(ValueKind kind) {
        for (const ValueId id : values_of(graph_, kind))
            now_[index(id)] =
                out_.input(names_[id], type_in_file(value(id).type.dtype), value(id).type.dims);
    }

    void add(const Node& node) {
        try {
            out_.begin(node.name);
            Tensors inputs(std::max(node.inputs.size(), most_inputs));
            for (std::size_t i = 0; i < node.inputs.size(); ++i)
                if (node.inputs[i] != no_value) inputs[i] = read(node.inputs[i]);
            const Tensors made = handlers.at(node.op.attrs.index())(out_, node.op, inputs);
            for (std::size_t i = 0; i < node.outputs.size(); ++i)
                write(node.outputs[i], made.at(i));
        } catch (const Error& error) {
            throw Error(fmt::format("{}: {}", node.name, error.what()));
        }
    }

    /// What stands in the storage now; a constant is put in the file when it is first read.
    Tensor& stands_in(ValueId storage) {
        Tensor& now = now_[index(storage)];
        const Value& whole = value(storage);
        if (now.present()) return now;
        if (whole.kind == ValueKind::constant) {
            now = out_.initializer(filled(whole, seed_));
        } else {  // memory that is written in parts
            const OnnxType type = type_in_file(whole.type.dtype);
            now = out_.add("ConstantOfShape", {out_.list(whole.type.dims)},
                           {"", type, whole.type.dims}, {{"value", onnx_tensor(type, {1}, {0})}});
        }
        return now;
    }

    Tensor read(ValueId id) {
        const auto found = reads_.find(id);
        if (found != reads_.end()) return found->second;
        return reads_[id] = read_view(out_, stands_in(value(id).storage), value(id));
    }

    void write(ValueId id, const Tensor& made) {
        const Value& into = value(id);
        const Tensor typed = converted(out_, made, into.type.dtype);
        const bool all = element_count(into.type) == element_count(value(into.storage).type);
        Tensor& now = now_[index(into.storage)];
        if (all) now = {"", typed.type, value(into.storage).type.dims};
        now = write_view(out_, all ? now : stands_in(into.storage), into, typed);
        written_.insert(into.storage);
        std::erase_if(reads_,
                      [&](const auto& each) { return value(each.first).storage == into.storage; });
    }

    const Graph& graph_;
    std::uint64_t seed_;
    Emitter out_;
    std::vector<Tensor> now_;          // by storage
    std::map<ValueId, Tensor> reads_;  // by value, until its storage is written
    std::set<ValueId> written_;
    std::map<ValueId, std::string> names_;
    std::vector<std::pair<ValueId, std::string>> leaving_;
};

}  // namespace

OnnxModel export_onnx(const Graph& graph, std::uint64_t seed) {
    try {
        return Exporter(graph, seed).run();
    } catch (const Error& error) {
        throw Error(fmt::format("{}: {}", graph.name, error.what()));
    }
}

}  // namespace assay
