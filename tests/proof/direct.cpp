// SPDX-License-Identifier: Apache-2.0
// One corner on a device: buffers with canaries behind them, outputs poisoned, one call, the check.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/host/plugin_error.hpp"
#include "core/workload/op_check.hpp"
#include "core/workload/op_tensor.hpp"
#include "tests/proof/corners.hpp"

namespace proof {
namespace {

using namespace assay;
using Bytes = std::vector<std::byte>;

constexpr std::uint64_t guard_bytes = 64;
constexpr std::uint64_t seed = 7;
/// How core/workload ends what it says of results that could not be wrong.
constexpr std::string_view proves_nothing = "proves nothing; change the distribution";

std::uint64_t room(const TensorType& type) {
    return type.strides.empty() ? byte_count(type) : span_bytes(type);
}

/// Of a strided tensor, what lies between its elements is filled as well.
Bytes contents_of(const Corner& corner, std::size_t input) {
    const TensorType& type = corner.op.inputs[input];
    Bytes bytes(room(type));
    if (const auto found = corner.contents.find(input); found != corner.contents.end()) {
        store_range(bytes, type.dtype, 0, found->second);
        return bytes;
    }
    const FillSpec spec{.distribution = Distribution::normal, .seed = seed, .stream = input};
    if (type.strides.empty()) return make_input(corner.op, input, spec, corner.hints);
    fill(bytes, type.dtype, spec);
    return bytes;
}

/// What must be refused for what the description says, whatever the tensors hold.
bool wrongly_described(const Corner& corner) {
    return corner.must == Must::refuse && corner.contents.empty();
}

class Bare {
public:
    Bare(const Device& device, const Corner& corner)
        : device_(device), corner_(corner), queue_(device.queue()) {
        const Operator described(corner.op);
        if (corner.raw) corner.raw(const_cast<assay_op_desc&>(described.desc()));
        exec_ = device.prepare(described);
        if (wrongly_described(corner)) return;  // there may be no bytes to be had for it
        for (std::size_t i = 0; i < corner.op.inputs.size(); ++i) {
            if (corner.op.has(i)) add(contents_of(corner, i));
        }
        inputs_ = held_.size();
        for (std::size_t i = works_in_place(corner.op) ? 1 : 0; i < corner.op.outputs.size(); ++i) {
            add(Bytes(room(corner.op.outputs[i]), std::byte{0xFF}));
        }
    }

    /// Throws PluginError when the plugin refuses. `short_of`: that binding lacks its last byte.
    void run(std::size_t short_of = ~std::size_t{0}) {
        std::vector<assay_binding> bindings;
        const auto bind = [&](std::size_t i) {
            bindings.push_back({buffers_[i].get(), 0, held_[i].size()});
        };
        for (std::size_t i = 0; i < inputs_; ++i) bind(i);
        if (works_in_place(corner_.op)) bind(0);
        for (std::size_t i = inputs_; i < held_.size(); ++i) bind(i);
        if (short_of < bindings.size()) --bindings[short_of].size;
        device_.enqueue(queue_, exec_, bindings);
        device_.wait(queue_);
    }

    [[nodiscard]] std::size_t bindings() const {
        return held_.size() + (works_in_place(corner_.op) ? 1 : 0);
    }

    /// "" or what is wrong with what lies in the buffers now.
    [[nodiscard]] std::string judge() const {
        std::vector<Bytes> now;
        for (std::size_t i = 0; i < held_.size(); ++i) {
            now.emplace_back(held_[i].size() + guard_bytes);
            device_.download(queue_, now.back(), buffers_[i]);
            const auto behind = now.back().end() - static_cast<std::ptrdiff_t>(guard_bytes);
            if (std::any_of(behind, now.back().end(), [](std::byte b) { return b != canary; })) {
                return fmt::format("bytes behind tensor {} were written over", i);
            }
            now.back().resize(held_[i].size());
            const bool may_change = i >= inputs_ || (i == 0 && works_in_place(corner_.op));
            if (!may_change && now.back() != held_[i]) return fmt::format("input {} changed", i);
        }
        return check(now);
    }

private:
    static constexpr std::byte canary{0x5A};

    void add(Bytes bytes) {
        Bytes all = bytes;
        all.resize(all.size() + guard_bytes, canary);
        buffers_.push_back(device_.alloc(all.size()));
        device_.upload(queue_, buffers_.back(), all);
        held_.push_back(std::move(bytes));
    }

    [[nodiscard]] std::string check(const std::vector<Bytes>& now) const {
        std::vector<std::span<const std::byte>> in, out;
        std::size_t next = 0;
        for (std::size_t i = 0; i < corner_.op.inputs.size(); ++i) {
            in.emplace_back();
            if (corner_.op.has(i)) in.back() = held_[next++];
        }
        if (works_in_place(corner_.op)) out.emplace_back(now[0]);
        for (; next < now.size(); ++next) out.emplace_back(now[next]);
        const PreparedRecord info = device_.describe(exec_);
        return check_op(corner_.op, in, out, {info.accumulator, info.math}, seed).reason;
    }

    const Device& device_;
    const Corner& corner_;
    Queue queue_;
    Exec exec_;
    std::vector<Buffer> buffers_;  ///< Inputs that are present, then outputs of their own.
    std::vector<Bytes> held_;      ///< What was put into each.
    std::size_t inputs_ = 0;
};

}  // namespace

std::string wrong_with(const Device& device, const Corner& corner, bool& refused) {
    refused = false;
    std::string wrong;
    try {
        Bare bare(device, corner);
        if (!wrongly_described(corner)) bare.run();
        if (corner.must != Must::refuse) wrong = bare.judge();
        // Of a changed description nobody chose the contents: they may show nothing.
        if (corner.must == Must::either && wrong.ends_with(proves_nothing)) wrong.clear();
    } catch (const PluginError& error) {
        refused = true;
        wrong = corner.must == Must::answer ? error.what() : "";
    }
    if (!refused && corner.must == Must::refuse) return "was not refused";
    return wrong;
}

int short_bindings_taken(const Device& device, const Corner& corner) {
    Bare bare(device, corner);
    int taken = 0;
    for (std::size_t i = 0; i < bare.bindings(); ++i) {
        try {
            bare.run(i);
            ++taken;
        } catch (const PluginError&) {
            continue;
        }
    }
    return taken;
}

}  // namespace proof
