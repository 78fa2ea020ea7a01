// SPDX-License-Identifier: Apache-2.0
// The tensors of a GEMM case: seeded inputs on the host, their rotated copies on the device,
// poisoned outputs. It does not time and does not judge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/host/device.hpp"
#include "core/suite/case.hpp"

namespace assay {

using Bytes = std::vector<std::byte>;

/// One tensor of one rotated copy: its bytes on the host and its buffer on the device.
struct HostTensors {
    Bytes a, b, bias;
};

/// How many copies of each tensor a cache state rotates over.
struct Rotation {
    int sets = 1;                     ///< Copies of B (and of all tensors when not weights only).
    bool weights_only = false;        ///< Only B rotates.
    std::uint64_t rotated_bytes = 0;  ///< Together; 0 when hot.
};

/// cold and weights-cold: so many that they hold >= 3 x `cache_bytes` together, at least two.
Rotation rotation_for(const Gemm& gemm, CacheState cache, std::uint64_t cache_bytes);

/// Bytes on device and host that a case needs.
std::uint64_t memory_bytes(const Gemm& gemm, const Rotation& rotation);

/// All tensors of one case. The first `distinct_sets` copies have own random numbers, the others
/// repeat them: content differs from call to call, and making it stays cheap.
class Tensors {
public:
    static constexpr int distinct_sets = 2;

    Tensors(const Gemm& gemm, const Protocol& protocol, const Rotation& rotation,
            const Device& device, const Queue& queue);

    [[nodiscard]] int sets() const { return rotation_.sets; }
    [[nodiscard]] const Rotation& rotation() const { return rotation_; }
    /// A, B, [bias,] D of copy `set`; without B when `bound_b`.
    [[nodiscard]] std::vector<assay_binding> bindings(int set, bool bound_b) const;
    [[nodiscard]] assay_binding weights(int set) const;

    /// What the device was given as copy `set`.
    [[nodiscard]] const HostTensors& host(int set) const;
    /// Fills D of copy `set` with a pattern that no right answer holds.
    void poison(int set) const;
    /// The present D of copy `set`.
    [[nodiscard]] Bytes result(int set) const;

private:
    struct Buffers {
        Buffer a, b, bias, d;
    };
    void upload_set(int set);
    [[nodiscard]] const Buffers& slot(int set) const;
    [[nodiscard]] const Buffer& weights_buffer(int set) const;

    Rotation rotation_;
    const Device* device_;
    const Queue* queue_;
    GemmElements count_;
    std::uint64_t a_bytes_, b_bytes_, bias_bytes_, d_bytes_;
    std::vector<HostTensors> host_;  ///< distinct_sets at most.
    std::vector<Buffers> buffers_;   ///< One a copy; with weights_only only the first has all.
};

}  // namespace assay
