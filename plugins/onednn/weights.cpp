// SPDX-License-Identifier: Apache-2.0
// See weights.hpp.
#include "weights.hpp"

#include <cstring>

namespace assay::onednn {
namespace {

/// Element `at` as the lowest bits of a word.
template <int bits>
std::uint32_t raw(const char* from, std::int64_t at) {
    if constexpr (bits == 4) {
        return static_cast<unsigned char>(from[at / 2]) >> (at % 2 * 4) & 15u;
    } else {
        std::uint32_t word = 0;
        std::memcpy(&word, from + at * (bits / 8), bits / 8);
        return word;
    }
}

/// 16 words of a row of a panel from each of `k` rows of B, whose first element is number `start`;
/// what is beyond column `columns` is zeros. The width is a constant of the loop: a model has a
/// thousand million elements to move.
template <int bits>
void pack_rows(std::uint32_t* to, const char* from, const Placed& at, std::int64_t start,
               std::int64_t k, std::int64_t columns) {
    for (std::int64_t p = 0; p < k; ++p) {
        for (std::int64_t lane = 0; lane < 16; ++lane) {
            std::uint32_t word = 0;
            for (std::int64_t j = 0; j < 32 / bits; ++j) {
                const std::int64_t column = lane + 16 * j;
                if (column >= columns) continue;
                word |= raw<bits>(from, start + p * at.row_step + column * at.column_step)
                        << (bits * j);
            }
            to[p * 16 + lane] = word;
        }
    }
}

}  // namespace

PackedWeights::PackedWeights(assay_dtype dtype, std::int64_t k, std::int64_t n,
                             std::int64_t experts)
    : dtype_(dtype), bits_(sdk::bits(dtype)), k_(k), n_(n), experts_(experts) {
    columns_ = panel_columns(bits_);
    panels_ = (n + columns_ - 1) / columns_;
    data_.resize(static_cast<std::size_t>(experts * panels_ * k * 64 + 64));
}

char* PackedWeights::aligned() const {
    auto* begin = const_cast<char*>(data_.data());
    return begin + (64 - reinterpret_cast<std::uintptr_t>(begin) % 64) % 64;
}

void PackedWeights::pack(const void* from, const Placed& at) {
    parallel(experts_ * panels_, thread_count(), [&](auto begin, auto end, int) {
        for (auto i = begin; i < end; ++i) {
            pack_panel(static_cast<const char*>(from), at, i / panels_, i % panels_);
        }
    });
}

void PackedWeights::pack_panel(const char* from, const Placed& at, std::int64_t expert,
                               std::int64_t panel) {
    auto* to = reinterpret_cast<std::uint32_t*>(aligned() + (expert * panels_ + panel) * k_ * 64);
    const std::int64_t first = panel * columns_, columns = n_ - first;
    const std::int64_t start = expert * at.expert_step + first * at.column_step;
    switch (bits_) {
        case 4:
            return pack_rows<4>(to, from, at, start, k_, columns);
        case 8:
            return pack_rows<8>(to, from, at, start, k_, columns);
        case 16:
            return pack_rows<16>(to, from, at, start, k_, columns);
        default:
            return pack_rows<32>(to, from, at, start, k_, columns);
    }
}

void PackedWeights::reserve_scales(std::int64_t block) {
    block_ = block;
    const std::int64_t blocks = block > 0 ? (k_ + block - 1) / block : 1;
    scales_.assign(static_cast<std::size_t>(blocks * panels_ * columns_), 0.f);
}

void PackedWeights::set_scales(const View& view, const void* from, std::int64_t block,
                               const Placed& at) {
    if (scales_.empty()) reserve_scales(block);
    const std::int64_t row = panels_ * columns_,
                       blocks = static_cast<std::int64_t>(scales_.size()) / row;
    for (std::int64_t i = 0; i < blocks; ++i) {
        const char* begin = static_cast<const char*>(from) + i * at.row_step * view.width();
        simd().load(view.dtype, begin, at.column_step, scales_.data() + i * row, n_);
    }
}

Panels PackedWeights::of(std::int64_t expert) const {
    Panels panels;
    panels.data = aligned() + expert * panels_ * k_ * 64;
    panels.scales = scales_.empty() ? nullptr : scales_.data();
    panels.k = k_;
    panels.scale_block = block_;
    panels.scale_step = panels_ * columns_;
    panels.dtype = dtype_;
    return panels;
}

}  // namespace assay::onednn
