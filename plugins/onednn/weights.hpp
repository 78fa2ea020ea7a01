// SPDX-License-Identifier: Apache-2.0
// Weights in panels (simd.hpp), packed once or in every call, and products of rows with a panel.
#pragma once

#include <cstdint>
#include <vector>

#include "op_exec.hpp"

namespace assay::onednn {

/// Where B[k, n] of each of several experts lies, in elements.
struct Placed {
    std::int64_t expert_step = 0, row_step = 0, column_step = 0;
};

class PackedWeights {
public:
    PackedWeights() = default;
    PackedWeights(assay_dtype dtype, std::int64_t k, std::int64_t n, std::int64_t experts = 1);

    void pack(const void* from, const Placed& at);
    /// Scales of each block of `block` rows and each column (block 0: one row of them), which lie
    /// `block_step` and `column_step` apart in `from`.
    void set_scales(const View& view, const void* from, std::int64_t block, const Placed& at);
    void reserve_scales(std::int64_t block);

    Panels of(std::int64_t expert) const;
    std::int64_t panels() const { return panels_; }
    std::int64_t columns() const { return columns_; }
    std::uint64_t bytes() const { return data_.size() + scales_.size() * sizeof(float); }
    bool present() const { return !data_.empty(); }

private:
    char* aligned() const;
    void pack_panel(const char* from, const Placed& at, std::int64_t expert, std::int64_t panel);

    assay_dtype dtype_ = 0;
    int bits_ = 0;
    std::int64_t k_ = 0, n_ = 0, experts_ = 0, panels_ = 0, columns_ = 0, block_ = 0;
    std::vector<char> data_;
    std::vector<float> scales_;
};

/// Rows of A times one panel: few rows stream the panel once, more go over it unpacked to f32.
class PanelProduct {
public:
    static constexpr std::int64_t few = 4;
    /// `scratch_floats(columns)` floats are needed by multiply().
    static std::int64_t scratch_floats(std::int64_t columns) { return (deep + most) * columns; }
    static constexpr std::int64_t most =
        192;  ///< rows at a time; chosen: C and the panel stay in L2
    /// Calls use(first_row, rows, c) with c[rows][columns] for up to `most` rows at a time.
    template <class F>
    static void multiply(const Panels& weights, std::int64_t panel, std::int64_t columns,
                         const float* a, std::int64_t m, float* scratch, const F& use) {
        for (std::int64_t first = 0; first<m; first += m> few ? most : few) {
            const std::int64_t rows = std::min(m - first, m > few ? most : few);
            float *c = scratch, *b = scratch + most * columns;
            if (m <= few) {
                simd().panel_rows(weights, panel, rows, a + first * weights.k, c, columns);
            } else {
                std::fill(c, c + rows * columns, 0.f);
                for (std::int64_t p = 0; p < weights.k; p += deep) {
                    const std::int64_t count = std::min(deep, weights.k - p);
                    simd().unpack(weights, panel, p, count, b);
                    simd().gemm(rows, columns, count, a + first * weights.k + p, weights.k, b,
                                columns, c, columns);
                }
            }
            use(first, rows, c);
        }
    }

private:
    static constexpr std::int64_t deep = 256;  // chosen: 64 columns of it are 64 KiB
};

/// D's elements of a row from column `column`: bias, activation, rounding.
struct Finish {
    const View* d = nullptr;
    void* data = nullptr;
    const float* bias = nullptr;  ///< of all columns; null: none
    int activation = 0;

    void operator()(std::int64_t offset, std::int64_t column, float* c, std::int64_t n) const {
        if (bias != nullptr) simd().add(bias + column, 1.f, c, n);
        simd().activate(activation, c, n);
        store_floats(*d, data, offset + column * d->step(-1), d->step(-1), c, n);
    }
};

}  // namespace assay::onednn
