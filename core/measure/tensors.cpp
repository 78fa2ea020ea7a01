// SPDX-License-Identifier: Apache-2.0
#include "core/measure/tensors.hpp"

#include <algorithm>

#include "core/suite/data_file.hpp"

namespace assay {
namespace {

/// Streams of random numbers between one copy and the next: more than an operator has inputs.
constexpr std::uint64_t streams_of_a_set = 8;
/// A GEMM's files of before there were operators have four: their inputs stay what they were.
constexpr std::uint64_t streams_of_a_gemm = 4;

/// Copies that hold at least three times the cache, two at least.
int copies_for(std::uint64_t bytes_each, std::uint64_t cache_bytes) {
    const std::uint64_t wanted =
        (3 * cache_bytes + bytes_each - 1) / std::max<std::uint64_t>(bytes_each, 1);
    return static_cast<int>(std::clamp<std::uint64_t>(wanted, 2, 1U << 20U));
}

/// What guards hold: all different, so that no fill leaves them as they are.
Bytes guard() {
    Bytes bytes(guard_bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i ^ 0x96U);
    return bytes;
}

std::uint64_t weight_bytes(const Workload& workload) {
    const Op op = op_of(workload);
    return op.has(weights_input) ? byte_count(op.inputs[weights_input]) : 0;
}

InputHints hints_of(const Workload& workload) {
    const auto* work = std::get_if<OperatorWork>(&workload);
    if (work == nullptr) return {};
    return {.position = work->position, .length = work->lengths};
}

}  // namespace

Rotation rotation_for(const Workload& workload, CacheState cache, std::uint64_t cache_bytes) {
    if (cache == CacheState::hot || std::holds_alternative<Inference>(workload)) return {};
    const bool weights_only = cache == CacheState::weights_cold && is_operator(workload);
    const std::uint64_t each = weights_only ? weight_bytes(workload) : footprint_bytes(workload);
    const int sets = copies_for(each, cache_bytes);
    return {sets, weights_only, each * static_cast<std::uint64_t>(sets)};
}

std::uint64_t memory_bytes(const Workload& workload, const Rotation& rotation) {
    if (const auto* run = std::get_if<Inference>(&workload)) {
        return run->footprint_bytes + run->weight_bytes;  // a plugin may repack them
    }
    // Device copies, the host's originals, and constants that a plugin may repack.
    // Also the operands of the exact check while it is made.
    return footprint_bytes(workload) * (2 + Tensors::distinct_sets) + 2 * rotation.rotated_bytes;
}

Tensors::Tensors(const Case& each, const Op& op, const Rotation& rotation, const Device& device,
                 const Queue& queue)
    : op_(op),
      rotation_(rotation),
      device_(&device),
      queue_(&queue),
      in_place_(works_in_place(op)) {
    make_host(each);
    buffers_.resize(static_cast<std::size_t>(rotation_.sets));
    for (int set = 0; set < rotation_.sets; ++set) upload_set(set);
}

void Tensors::make_host(const Case& each) {
    const std::uint64_t streams =
        std::holds_alternative<Gemm>(each.workload) ? streams_of_a_gemm : streams_of_a_set;
    const int originals = std::min(rotation_.sets, distinct_sets);
    const std::vector<float> numbers = numbers_of(each);
    for (int set = 0; set < originals; ++set) {
        std::vector<Bytes>& inputs = host_.emplace_back(op_.inputs.size());
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (!op_.has(i)) continue;
            const FillSpec spec{each.protocol.distribution, each.protocol.seed,
                                static_cast<std::uint64_t>(set) * streams + i, numbers};
            // With weights-cold every copy of them is used with the one set of everything else.
            inputs[i] = shares(set, i) ? host_.front()[i]
                                       : make_input(op_, i, spec, hints_of(each.workload));
        }
    }
}

bool Tensors::shares(int set, std::size_t input) const {
    return rotation_.weights_only && set > 0 && input != weights_input;
}

void Tensors::upload_set(int set) {
    Buffers& to = buffers_[static_cast<std::size_t>(set)];
    const std::vector<Bytes>& from = host(set);
    to.inputs.resize(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (from[i].empty() || shares(set, i)) continue;
        to.inputs[i] = device_->alloc(from[i].size());
        device_->upload(*queue_, to.inputs[i], from[i]);
    }
    if (rotation_.weights_only && set > 0) return;
    for (std::size_t i = 0; i < op_.outputs.size(); ++i) {
        Buffer& buffer = to.outputs.emplace_back();
        if (in_place_ && i == 0) continue;
        const std::uint64_t size = byte_count(op_.outputs[i]);
        buffer = device_->alloc(size + guard_bytes);
        device_->upload(*queue_, buffer, guard(), size);
    }
}

const std::vector<Bytes>& Tensors::host(int set) const {
    return host_[static_cast<std::size_t>(set) % host_.size()];
}

const Tensors::Buffers& Tensors::slot(int set) const {
    return buffers_[rotation_.weights_only ? 0 : static_cast<std::size_t>(set)];
}

const Buffer& Tensors::output(int set, std::size_t output) const {
    const Buffers& own = slot(set);
    return in_place_ && output == 0 ? own.inputs.front() : own.outputs[output];
}

assay_binding Tensors::input(int set, std::size_t input) const {
    const Buffers& own =
        shares(set, input) ? buffers_.front() : buffers_[static_cast<std::size_t>(set)];
    return {own.inputs[input].get(), 0, byte_count(op_.inputs[input])};
}

std::vector<assay_binding> Tensors::bindings(int set, const std::vector<bool>& bound) const {
    std::vector<assay_binding> list;
    for (std::size_t i = 0; i < op_.inputs.size(); ++i) {
        if (op_.has(i) && !bound[i]) list.push_back(input(set, i));
    }
    for (std::size_t i = 0; i < op_.outputs.size(); ++i) {
        list.push_back({output(set, i).get(), 0, byte_count(op_.outputs[i])});
    }
    return list;
}

void Tensors::poison(int set) const {
    for (std::size_t i = 0; i < op_.outputs.size(); ++i) {
        if (in_place_ && i == 0) {
            device_->upload(*queue_, output(set, i), host(set).front());
        } else {
            device_->fill(*queue_, output(set, i), byte_count(op_.outputs[i]), poison_pattern);
        }
    }
    device_->wait(*queue_);
}

void Tensors::exchange(int set, std::size_t input, const Exchange& pieces) {
    Bytes& here = host_[static_cast<std::size_t>(set) % host_.size()][input];
    const auto at = [&](std::uint64_t offset) {
        return std::span(here).subspan(static_cast<std::size_t>(offset),
                                       static_cast<std::size_t>(pieces.bytes));
    };
    std::swap_ranges(at(pieces.one).begin(), at(pieces.one).end(), at(pieces.other).begin());
    const auto& own = buffers_[shares(set, input) ? 0 : static_cast<std::size_t>(set)];
    for (const std::uint64_t offset : {pieces.one, pieces.other}) {
        device_->upload(*queue_, own.inputs[input], at(offset), offset);
    }
}

void Tensors::lend(std::span<const std::span<const std::byte>> inputs) const {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!inputs[i].empty()) device_->upload(*queue_, buffers_.front().inputs[i], inputs[i]);
    }
}

void Tensors::restore() const {
    const std::vector<std::span<const std::byte>> own(host(0).begin(), host(0).end());
    lend(own);
}

void Tensors::read(int set, std::uint64_t offset, std::span<std::byte> out) const {
    device_->download(*queue_, out, output(set, 0), offset);
}

void Tensors::poison_piece(int set, std::uint64_t offset, std::uint64_t bytes) const {
    device_->upload(*queue_, output(set, 0), Bytes(bytes, std::byte{0xFF}), offset);
}

std::string Tensors::changed_input(int set) const {
    for (std::size_t i = in_place_ ? 1 : 0; i < op_.inputs.size(); ++i) {
        if (!op_.has(i)) continue;
        Bytes found(host(set)[i].size());
        const auto& own = buffers_[shares(set, i) ? 0 : static_cast<std::size_t>(set)];
        device_->download(*queue_, found, own.inputs[i]);
        if (found != host(set)[i]) return "input " + std::to_string(i) + " was written over";
    }
    return "";
}

std::string Tensors::changed_guard(int set) const {
    for (std::size_t i = in_place_ ? 1 : 0; i < op_.outputs.size(); ++i) {
        Bytes found(guard_bytes);
        device_->download(*queue_, found, output(set, i), byte_count(op_.outputs[i]));
        if (found != guard()) {
            return "bytes behind output " + std::to_string(i) + " were written over";
        }
    }
    return "";
}

std::string Tensors::trespass(int set) const {
    for (const int each : {0, set}) {
        if (std::string what = changed_guard(each); !what.empty()) return what;
        if (std::string what = changed_input(each); !what.empty()) return what;
        if (set == 0) break;
    }
    return "";
}

std::vector<Bytes> Tensors::results(int set) const {
    std::vector<Bytes> all;
    for (std::size_t i = 0; i < op_.outputs.size(); ++i) {
        Bytes& out = all.emplace_back(byte_count(op_.outputs[i]));
        device_->download(*queue_, out, output(set, i));
    }
    return all;
}

}  // namespace assay
