// SPDX-License-Identifier: Apache-2.0
#include "core/measure/weight_store.hpp"

#include <algorithm>

namespace assay {
namespace {

bool same(const FillRule& one, const FillRule& other) {
    return one.filling == other.filling && one.center == other.center && one.scale == other.scale &&
           one.values == other.values;
}

/// Whether nobody in `owners` asked for it.
bool unwanted(const std::set<std::string>& by, const std::set<std::string>& owners) {
    return std::none_of(by.begin(), by.end(),
                        [&](const std::string& each) { return owners.contains(each); });
}

}  // namespace

void WeightStore::begin(const std::string& owner, std::uint64_t needed) {
    owner_ = owner;
    ++number_;
    shared_bytes_ = 0;
    shared_operators_ = 0;
    make_room(needed);
}

bool WeightStore::use_again(Use& use) const {
    use.owners.insert(owner_);
    const bool first = use.last_in != number_;
    use.last_in = number_;
    return first && use.made_in != number_;
}

std::uint64_t WeightStore::bytes() const {
    std::uint64_t all = 0;
    for (const Constant& each : constants_) all += byte_count(each.type);
    for (const Prepared& each : prepared_) all += each.ready->record.constant_bytes;
    return all;
}

void WeightStore::make_room(std::uint64_t needed) {
    const auto fits = [&] { return most_bytes_ == 0 || bytes() + needed <= most_bytes_; };
    if (fits()) return;
    std::erase_if(prepared_, [](const Prepared& each) { return each.ready.use_count() == 1; });
    if (fits()) return;
    std::erase_if(constants_, [](const Constant& each) { return each.buffer.use_count() == 1; });
}

void WeightStore::keep_only(const std::set<std::string>& owners) {
    std::erase_if(prepared_,
                  [&](const Prepared& each) { return unwanted(each.use.owners, owners); });
    std::erase_if(constants_,
                  [&](const Constant& each) { return unwanted(each.use.owners, owners); });
}

std::shared_ptr<const Buffer> WeightStore::buffer(const Value& value, std::uint64_t seed,
                                                  const std::function<Buffer()>& make) {
    if (owner_.empty() || value.fill.filling == Filling::stored) {
        return std::make_shared<const Buffer>(make());
    }
    const auto found = std::find_if(constants_.begin(), constants_.end(), [&](const Constant& c) {
        return c.name == value.name && c.seed == seed && c.type == value.type &&
               same(c.fill, value.fill);
    });
    if (found != constants_.end()) {
        if (use_again(found->use)) shared_bytes_ += byte_count(found->type);
        return found->buffer;
    }
    constants_.push_back({value.name, value.type, value.fill, seed, new_use(),
                          std::make_shared<const Buffer>(make())});
    return constants_.back().buffer;
}

std::shared_ptr<const ReadyOperator> WeightStore::ready(
    const Op& op, const std::vector<std::shared_ptr<const Buffer>>& constants,
    const std::function<ReadyOperator()>& make) {
    const bool any = std::any_of(constants.begin(), constants.end(),
                                 [](const auto& each) { return each != nullptr; });
    if (owner_.empty() || !any) return std::make_shared<const ReadyOperator>(make());
    const auto found = std::find_if(prepared_.begin(), prepared_.end(), [&](const Prepared& each) {
        return each.constants == constants && each.op == op;
    });
    if (found != prepared_.end()) {
        if (use_again(found->use)) ++shared_operators_;
        return found->ready;
    }
    prepared_.push_back({op, constants, new_use(), std::make_shared<const ReadyOperator>(make())});
    return prepared_.back().ready;
}

SharedWeights shared_of(const WeightStore* weights) {
    if (weights == nullptr) return {};
    return {weights->shared_bytes(), weights->shared_operators()};
}

PreparedRecord with(PreparedRecord prepared, const SharedWeights& shared) {
    prepared.shared_bytes = shared.bytes;
    prepared.shared_operators = shared.operators;
    return prepared;
}

}  // namespace assay
