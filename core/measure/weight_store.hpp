// SPDX-License-Identifier: Apache-2.0
// What the cases of one model have in common on a device: the buffers of its constants, and the
// operators that are ready with them, repacked copies included. One for each worker; it fills
// nothing and prepares nothing itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/graph/graph.hpp"
#include "core/host/device.hpp"

namespace assay {

/// An operator prepared with its constants bound.
struct ReadyOperator {
    Exec exec;
    std::vector<bool> bound;  ///< By input: repacked, so not to be bound in a call.
    PreparedRecord record;
};

class WeightStore {
public:
    /// It keeps no more than `most_bytes` beside what a case that begins will need; 0: no limit.
    explicit WeightStore(std::uint64_t most_bytes = 0) : most_bytes_(most_bytes) {}

    /// What is made from now on is of cases of `owner` (weights_of(); "" keeps nothing). When what
    /// is kept and the `needed` bytes of the case pass the limit, unused operators go, then
    /// buffers.
    void begin(const std::string& owner, std::uint64_t needed);
    /// Forgets what no case of `owners` asked for. Who uses it keeps it alive.
    void keep_only(const std::set<std::string>& owners);

    /// The constant with these contents, which name, type, rule and seed say; `make` is called when
    /// there is none. What a file holds (Filling::stored) is always made.
    std::shared_ptr<const Buffer> buffer(const Value& value, std::uint64_t seed,
                                         const std::function<Buffer()>& make);
    /// The operator ready with these constants (buffers of this store, null for other inputs).
    std::shared_ptr<const ReadyOperator> ready(
        const Op& op, const std::vector<std::shared_ptr<const Buffer>>& constants,
        const std::function<ReadyOperator()>& make);

    /// Bytes of buffers and repacked constants that it holds.
    [[nodiscard]] std::uint64_t bytes() const;
    /// Of this case (since begin()), made by an earlier one.
    [[nodiscard]] std::uint64_t shared_bytes() const { return shared_bytes_; }
    [[nodiscard]] std::int64_t shared_operators() const { return shared_operators_; }

private:
    /// Which cases asked for a thing: by owner, and by their number.
    struct Use {
        std::set<std::string> owners;
        int made_in = 0, last_in = 0;
    };
    struct Constant {
        std::string name;
        TensorType type;
        FillRule fill;
        std::uint64_t seed = 0;
        Use use{};
        std::shared_ptr<const Buffer> buffer{};
    };
    struct Prepared {
        Op op;
        std::vector<std::shared_ptr<const Buffer>> constants;
        Use use{};
        std::shared_ptr<const ReadyOperator> ready{};
    };
    [[nodiscard]] Use new_use() const { return {{owner_}, number_, number_}; }
    /// True when this case asks for the first time and another one made it.
    bool use_again(Use& use) const;
    void make_room(std::uint64_t needed);

    std::uint64_t most_bytes_;
    std::string owner_;
    int number_ = 0;  ///< Of the case.
    std::vector<Constant> constants_;
    std::vector<Prepared> prepared_;  ///< After the constants: operators go first.
    std::uint64_t shared_bytes_ = 0;
    std::int64_t shared_operators_ = 0;
};

/// What a case found in the store; absent without one.
struct SharedWeights {
    std::optional<std::uint64_t> bytes;
    std::optional<std::int64_t> operators;
};
SharedWeights shared_of(const WeightStore* weights);
PreparedRecord with(PreparedRecord prepared, const SharedWeights& shared);

}  // namespace assay
