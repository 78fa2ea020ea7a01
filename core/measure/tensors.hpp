// SPDX-License-Identifier: Apache-2.0
// The tensors of a case: seeded inputs on the host, their rotated copies on the device, poisoned
// outputs. It does not time and does not judge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/host/device.hpp"
#include "core/suite/case.hpp"
#include "core/workload/op_data.hpp"

namespace assay {

using Bytes = std::vector<std::byte>;

/// Fills what is to be written: all bits set, a NaN in every floating type, -1 or the largest value
/// in an integer one.
inline constexpr std::uint32_t poison_pattern = 0xffffffffU;

/// How many copies of each tensor a cache state rotates over.
struct Rotation {
    int sets = 1;                     ///< Copies of the weights (and of all, when not them only).
    bool weights_only = false;        ///< Only input 1 rotates.
    std::uint64_t rotated_bytes = 0;  ///< Together; 0 when hot.
};

/// Bytes behind each output that nobody may write (research/statistics 5.3).
inline constexpr std::uint64_t guard_bytes = 256;

/// The input that weights-cold rotates: B, W, the second tensor of every operator that has one.
inline constexpr std::size_t weights_input = 1;

/// cold and weights-cold: so many that they hold >= 3 x `cache_bytes` together, at least two.
Rotation rotation_for(const Workload& workload, CacheState cache, std::uint64_t cache_bytes);

/// Bytes on device and host that a case needs.
std::uint64_t memory_bytes(const Workload& workload, const Rotation& rotation);

/// Two pieces of a tensor, of the same size and apart.
struct Exchange {
    std::uint64_t one = 0, other = 0, bytes = 0;
};

/// All tensors of one case. The first `distinct_sets` copies have own random numbers, the others
/// repeat them: content differs from call to call, and making it stays cheap.
class Tensors {
public:
    static constexpr int distinct_sets = 2;

    Tensors(const Case& each, const Op& op, const Rotation& rotation, const Device& device,
            const Queue& queue);

    [[nodiscard]] int sets() const { return rotation_.sets; }
    [[nodiscard]] const Rotation& rotation() const { return rotation_; }
    /// Present inputs that are not `bound`, then outputs, of copy `set`. `bound` has one entry for
    /// each input.
    [[nodiscard]] std::vector<assay_binding> bindings(int set,
                                                      const std::vector<bool>& bound) const;
    [[nodiscard]] assay_binding input(int set, std::size_t input) const;

    /// What the device was given as copy `set`; absent inputs are empty.
    [[nodiscard]] const std::vector<Bytes>& host(int set) const;
    /// Exchanges two pieces of an input of copy `set`, here and on the device.
    void exchange(int set, std::size_t input, const Exchange& pieces);
    /// Gives copy 0 other inputs, or with restore() what it had again.
    void lend(std::span<const std::span<const std::byte>> inputs) const;
    void restore() const;
    /// Fills the outputs of copy `set` with a pattern that no right answer holds; what is worked on
    /// in place is given its first contents again.
    void poison(int set) const;
    /// The present outputs of copy `set`.
    [[nodiscard]] std::vector<Bytes> results(int set) const;
    /// A piece of the first output of copy `set`: read, or overwritten as poison() does.
    void read(int set, std::uint64_t offset, std::span<std::byte> out) const;
    void poison_piece(int set, std::uint64_t offset, std::uint64_t bytes) const;
    /// What else than its outputs an invocation changed of copies 0 and `set`, or "": inputs, and
    /// bytes behind outputs.
    [[nodiscard]] std::string trespass(int set) const;

private:
    struct Buffers {
        std::vector<Buffer> inputs, outputs;  ///< An output in place has no buffer of its own.
    };
    void make_host(const Case& each);
    void upload_set(int set);
    [[nodiscard]] std::string changed_input(int set) const;
    [[nodiscard]] std::string changed_guard(int set) const;
    [[nodiscard]] bool shares(int set, std::size_t input) const;
    [[nodiscard]] const Buffers& slot(int set) const;
    [[nodiscard]] const Buffer& output(int set, std::size_t output) const;

    Op op_;
    Rotation rotation_;
    const Device* device_;
    const Queue* queue_;
    bool in_place_;
    std::vector<std::vector<Bytes>> host_;  ///< distinct_sets at most.
    std::vector<Buffers> buffers_;  ///< One a copy; with weights_only only the first has all.
};

}  // namespace assay
