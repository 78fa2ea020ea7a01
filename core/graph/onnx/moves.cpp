// SPDX-License-Identifier: Apache-2.0
// ONNX operators that move elements: copies and gathers.
#include <algorithm>
#include <array>
#include <numeric>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

void transpose(OnnxCall& call) {
    Integers order = call.list("perm");
    if (order.empty()) {
        order.resize(call.rank(0));
        std::iota(order.rbegin(), order.rend(), 0);
    }
    if (order.size() > max_rank) call.refuse("has more than 8 dimensions");
    call.give(call.transpose(call.value(0), order));
}

/// Known parts that are empty add nothing.
void concat(OnnxCall& call) {
    CopyAttrs attrs;
    attrs.function = Copying::concat;
    std::vector<ValueId> parts;
    for (std::size_t i = 0; i < call.inputs(); ++i) {
        if (!call.has(i) || element_count(call.dims(i)) > 0) parts.push_back(call.value(i));
    }
    if (parts.empty()) call.refuse("is empty");
    attrs.axis =
        static_cast<int>(call.axis(call.integer("axis", 0), call.dims_of(parts[0]).size()));
    call.give(parts.size() == 1 ? parts[0] : call.add(attrs, parts));
}

void split(OnnxCall& call) {
    const std::size_t axis = call.axis(call.integer("axis", 0), call.rank(0));
    const auto parts = static_cast<std::int64_t>(call.node.outputs.size());
    const std::int64_t whole = call.dims(0)[axis];
    Integers sizes = call.integers("split", 1);
    if (sizes.empty() && (parts == 0 || whole % parts != 0))
        call.refuse("does not split into equal parts");
    if (sizes.empty()) sizes.assign(static_cast<std::size_t>(parts), whole / parts);
    if (static_cast<std::int64_t>(sizes.size()) != parts)
        call.refuse("has other parts than outputs");
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] < 1 || sizes[i] > whole - begin) call.refuse("parts do not fit");
        if (call.wants(i)) call.give(call.part(call.value(0), axis, begin, sizes[i]), i);
        begin += sizes[i];
    }
}

/// One dimension of a slice: begin and count for a step that may go backwards.
struct Cut {
    std::int64_t begin = 0, count = 0;
};

Cut cut_of(std::int64_t size, std::int64_t start, std::int64_t end, std::int64_t step) {
    if (start < 0) start += size;
    if (end < 0) end += size;
    if (step > 0) {
        const std::int64_t first = std::clamp<std::int64_t>(start, 0, size);
        const std::int64_t last = std::clamp<std::int64_t>(end, 0, size);
        return {first, last > first ? (last - first - 1) / step + 1 : 0};
    }
    const std::int64_t first = std::clamp<std::int64_t>(start, 0, size - 1);
    const std::int64_t last = std::clamp<std::int64_t>(end, -1, size - 1);
    return {first, first > last ? (first - last - 1) / -step + 1 : 0};
}

void slice(OnnxCall& call) {
    const bool attributes = call.opset < 10;
    const Integers starts = attributes ? call.list("starts") : call.integers(1);
    const Integers ends = attributes ? call.list("ends") : call.integers(2);
    Integers axes = call.integers("axes", attributes ? 99 : 3);
    const Integers steps = call.has(4) ? call.integers(4) : Integers(starts.size(), 1);
    if (axes.empty()) {
        axes.resize(starts.size());
        std::iota(axes.begin(), axes.end(), 0);
    }
    if (ends.size() != starts.size() || axes.size() != starts.size() ||
        steps.size() != starts.size()) {
        call.refuse("starts, ends, axes and steps differ in number");
    }
    CopyAttrs attrs;
    attrs.function = Copying::slice;
    Shape dims = call.dims(0);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const std::size_t axis = call.axis(axes[i], dims.size());
        constexpr std::int64_t longest = std::int64_t{1} << 40;
        const std::int64_t step = std::clamp(steps[i], -longest, longest);
        if (step == 0) call.refuse("a step of 0");
        const Cut cut = cut_of(dims[axis], starts[i], ends[i], step);
        if (cut.count < 1) call.refuse("takes nothing");
        attrs.params.at(axis) = cut.begin;
        attrs.params.at(max_rank + axis) = step;
        dims[axis] = cut.count;
    }
    call.give(call.make(attrs, {call.value(0)}, dims));
}

/// Known indices may count from the end; those of the run may not.
void gather(OnnxCall& call) {
    GatherAttrs attrs;
    const std::size_t axis = call.axis(call.integer("axis", 0), call.rank(0));
    attrs.axis = static_cast<int>(axis);
    ValueId indices = no_value;
    if (call.known(1) && element_count(call.dims(1)) <= most_folded) {
        std::vector<double> places = call.numbers(1);
        for (double& each : places) {
            if (each < 0) each += static_cast<double>(call.dims(0)[axis]);
        }
        indices = call.constant(onnx_tensor(OnnxType::i32, call.dims(1), places));
    } else {
        indices = call.convert(call.value(1), Dtype::i32);
    }
    call.give(call.add(attrs, {call.value(0), indices}));
}

void expand(OnnxCall& call) {
    const Integers asked = call.integers(1);
    Shape dims = call.dims(0);
    if (asked.size() > max_rank) call.refuse("has more than 8 dimensions");
    if (dims.size() < asked.size()) dims.insert(dims.begin(), asked.size() - dims.size(), 1);
    const std::size_t shift = dims.size() - asked.size();
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (dims[i + shift] == 1) dims[i + shift] = asked[i];
    }
    call.give(dims == call.dims(0) ? call.value(0) : call.expand(call.value(0), dims));
}

/// One axis after the other: [before, 1, axis and after] expanded to [before, times, …].
void tile(OnnxCall& call) {
    const Integers times = call.integers(1);
    Shape dims = call.dims(0);
    if (times.size() != dims.size()) call.refuse("repeats do not name every dimension");
    ValueId x = call.value(0);
    std::int64_t before = 1;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (times[i] < 1 || times[i] > most_folded) call.refuse("a repeat below 1 or too large");
        if (times[i] > 1) {
            const std::int64_t rest =
                element_count(Shape(dims.begin() + static_cast<std::ptrdiff_t>(i), dims.end()));
            x = call.expand(call.reshape(x, {before, 1, rest}), {before, times[i], rest});
            dims[i] *= times[i];  // both are bounded: at most 2^60
            x = call.reshape(x, dims);
        }
        before *= dims[i];
    }
    call.give(x);
}

void pad(OnnxCall& call) {
    constexpr std::array<std::string_view, 3> modes = {"constant", "edge", "reflect"};
    const std::string mode = call.text("mode", "constant");
    const auto* found = std::find(modes.begin(), modes.end(), mode);
    if (found == modes.end()) call.refuse("mode is " + mode);
    const bool attributes = call.opset < 11;
    const Integers pads = attributes ? call.list("pads") : call.integers(1);
    const std::size_t rank = call.rank(0);
    if (pads.size() != 2 * rank) call.refuse("pads do not name every dimension twice");
    CopyAttrs attrs;
    attrs.function = Copying::pad;
    attrs.padding = static_cast<Padding>(found - modes.begin());
    attrs.value = attributes ? call.real("value", 0) : (call.has(2) ? call.number(2) : 0);
    for (std::size_t i = 0; i < rank; ++i) {
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            const std::int64_t size = pads[i + end * rank];
            if (size < 0 || size > std::int64_t{1} << 40) call.refuse("padding below 0");
            attrs.params.at(i + end * max_rank) = size;
        }
    }
    call.give(call.add(attrs, {call.value(0)}));
}

constexpr std::array table = {
    Row{"Concat", concat}, Row{"Expand", expand},       Row{"Gather", gather},
    Row{"Pad", pad},       Row{"Slice", slice},         Row{"Split", split},
    Row{"Tile", tile},     Row{"Transpose", transpose},
};

}  // namespace

std::span<const Row> moves() {
    return table;
}

}  // namespace assay::onnx_ops
