// SPDX-License-Identifier: Apache-2.0
// See arena.hpp.
#include "graph/arena.hpp"

#include <algorithm>
#include <numeric>

namespace assay::onednn {
namespace {

constexpr std::uint64_t alignment = 4096;  // chosen: a page; oneDNN asks for 64

}  // namespace

std::size_t Arena::add(std::uint64_t bytes) {
    const std::uint64_t rounded = (std::max<std::uint64_t>(bytes, 1) + 63) / 64 * 64;
    blocks_.push_back({rounded, 0, 0, 0, false});
    return blocks_.size() - 1;
}

void Arena::touch(std::size_t block, std::size_t step) {
    Block& it = blocks_[block];
    it.first = it.used ? std::min(it.first, step) : step;
    it.last = it.used ? std::max(it.last, step) : step;
    it.used = true;
}

/// Largest first, each in the lowest gap that is free while it lives.
void Arena::place() {
    std::vector<std::size_t> order(blocks_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return blocks_[a].bytes > blocks_[b].bytes;
    });
    std::vector<const Block*> placed;  // by offset
    for (const std::size_t i : order) {
        Block& block = blocks_[i];
        std::uint64_t at = 0;
        for (const Block* other : placed) {
            const bool together = block.first <= other->last && other->first <= block.last;
            if (!together || other->offset + other->bytes <= at) continue;
            if (other->offset >= at + block.bytes) break;
            at = other->offset + other->bytes;
        }
        block.offset = at;
        bytes_ = std::max(bytes_, at + block.bytes);
        placed.insert(
            std::upper_bound(placed.begin(), placed.end(), &block,
                             [](const Block* a, const Block* b) { return a->offset < b->offset; }),
            &block);
    }
    bytes_ = (std::max<std::uint64_t>(bytes_, 1) + alignment - 1) / alignment * alignment;
    memory_.reset(static_cast<char*>(std::aligned_alloc(alignment, bytes_)));
    if (memory_ == nullptr) throw std::bad_alloc();
}

const void* given_bytes(const Ir& ir, int v) {
    const sdk::GraphValue& storage = ir.value(ir.value(v).storage);
    const std::uint64_t begin = ir.value(v).view_offset, end = begin + ir.view(v).bytes;
    if (end > storage.data_bytes)
        invalid("graph: constant '" + storage.name + "' has fewer bytes than its type");
    return static_cast<const char*>(storage.data) + begin;
}

const void* Constants::of(const Ir& ir, int v) {
    const int storage = ir.value(v).storage;
    given_bytes(ir, v);
    auto& copy = copies_[storage];
    if (copy == nullptr) {
        const sdk::GraphValue& from = ir.value(storage);
        copy = std::make_unique<sdk::HostBuffer>(from.data_bytes);
        if (from.data_bytes > 0) std::memcpy(copy->address(), from.data, from.data_bytes);
        bytes_ += from.data_bytes;
    }
    return static_cast<const char*>(copy->address()) + ir.value(v).view_offset;
}

}  // namespace assay::onednn
