// SPDX-License-Identifier: Apache-2.0
#include "core/measure/tensors.hpp"

#include <algorithm>

#include "core/workload/fill.hpp"

namespace assay {
namespace {

/// All bits set: a NaN in every floating type, -1 or the largest value in an integer one.
constexpr std::uint32_t poison_pattern = 0xffffffffU;

Bytes filled(Dtype dtype, std::uint64_t count, const FillSpec& spec) {
    Bytes out(bytes(dtype, count));
    fill(out, dtype, spec);
    return out;
}

/// Copies that hold at least three times the cache, two at least.
int copies_for(std::uint64_t bytes_each, std::uint64_t cache_bytes) {
    const std::uint64_t wanted =
        (3 * cache_bytes + bytes_each - 1) / std::max<std::uint64_t>(bytes_each, 1);
    return static_cast<int>(std::clamp<std::uint64_t>(wanted, 2, 1U << 20U));
}

}  // namespace

Rotation rotation_for(const Gemm& gemm, CacheState cache, std::uint64_t cache_bytes) {
    if (cache == CacheState::hot) return {};
    const bool weights_only = cache == CacheState::weights_cold;
    const std::uint64_t each =
        weights_only ? bytes(gemm.b, elements(gemm).b) : footprint_bytes(gemm);
    const int sets = copies_for(each, cache_bytes);
    return {sets, weights_only, each * static_cast<std::uint64_t>(sets)};
}

std::uint64_t memory_bytes(const Gemm& gemm, const Rotation& rotation) {
    // Device copies, the host's originals, and constants that a plugin may repack.
    return footprint_bytes(gemm) * (1 + Tensors::distinct_sets) + 2 * rotation.rotated_bytes;
}

Tensors::Tensors(const Gemm& gemm, const Protocol& protocol, const Rotation& rotation,
                 const Device& device, const Queue& queue)
    : rotation_(rotation),
      device_(&device),
      queue_(&queue),
      count_(elements(gemm)),
      a_bytes_(bytes(gemm.a, count_.a)),
      b_bytes_(bytes(gemm.b, count_.b)),
      bias_bytes_(bytes(gemm.bias, count_.bias)),
      d_bytes_(bytes(gemm.d, count_.d)) {
    const int originals = std::min(rotation_.sets, distinct_sets);
    for (int set = 0; set < originals; ++set) {
        const auto spec = [&](std::uint64_t tensor) {
            const std::uint64_t stream = static_cast<std::uint64_t>(set) * 4 + tensor;
            return FillSpec{protocol.distribution, protocol.seed, stream};
        };
        HostTensors& host = host_.emplace_back();
        host.a = filled(gemm.a, count_.a, spec(0));
        host.b = filled(gemm.b, count_.b, spec(1));
        if (count_.bias > 0) host.bias = filled(gemm.bias, count_.bias, spec(2));
        // Weights-cold rotates B alone: every copy is used with the one A and bias.
        if (rotation_.weights_only && set > 0) {
            host.a = host_.front().a;
            host.bias = host_.front().bias;
        }
    }
    buffers_.resize(static_cast<std::size_t>(rotation_.sets));
    for (int set = 0; set < rotation_.sets; ++set) upload_set(set);
}

void Tensors::upload_set(int set) {
    Buffers& to = buffers_[static_cast<std::size_t>(set)];
    const HostTensors& from = host(set);
    to.b = device_->alloc(b_bytes_);
    device_->upload(*queue_, to.b, from.b);
    if (rotation_.weights_only && set > 0) return;
    to.a = device_->alloc(a_bytes_);
    device_->upload(*queue_, to.a, from.a);
    to.d = device_->alloc(d_bytes_);
    if (bias_bytes_ == 0) return;
    to.bias = device_->alloc(bias_bytes_);
    device_->upload(*queue_, to.bias, from.bias);
}

const HostTensors& Tensors::host(int set) const {
    return host_[static_cast<std::size_t>(set) % host_.size()];
}

const Tensors::Buffers& Tensors::slot(int set) const {
    return buffers_[rotation_.weights_only ? 0 : static_cast<std::size_t>(set)];
}

const Buffer& Tensors::weights_buffer(int set) const {
    return buffers_[static_cast<std::size_t>(set)].b;
}

assay_binding Tensors::weights(int set) const {
    return {weights_buffer(set).get(), 0, b_bytes_};
}

std::vector<assay_binding> Tensors::bindings(int set, bool bound_b) const {
    const Buffers& own = slot(set);
    std::vector<assay_binding> list{{own.a.get(), 0, a_bytes_}};
    if (!bound_b) list.push_back(weights(set));
    if (bias_bytes_ > 0) list.push_back({own.bias.get(), 0, bias_bytes_});
    list.push_back({own.d.get(), 0, d_bytes_});
    return list;
}

void Tensors::poison(int set) const {
    device_->fill(*queue_, slot(set).d, d_bytes_, poison_pattern);
    device_->wait(*queue_);
}

Bytes Tensors::result(int set) const {
    Bytes out(d_bytes_);
    device_->download(*queue_, out, slot(set).d);
    return out;
}

}  // namespace assay
