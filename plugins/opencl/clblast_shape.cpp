// SPDX-License-Identifier: Apache-2.0
// See clblast_shape.hpp.
#include "clblast_shape.hpp"

#include <algorithm>

namespace assay::opencl {
namespace {

std::optional<Lines> lines_of(std::int64_t rows, std::int64_t columns, std::int64_t row_step,
                              std::int64_t column_step) {
    if ((columns == 1 || column_step == 1) && (rows == 1 || row_step >= columns))
        return Lines{false, columns, rows, rows == 1 ? columns : row_step};
    if ((rows == 1 || row_step == 1) && (columns == 1 || column_step >= rows))
        return Lines{true, rows, columns, columns == 1 ? rows : column_step};
    return std::nullopt;
}

bool c_lies_like_d(const GemmShape& s) {
    return s.c_row == s.d_row && s.c_column == s.d_column &&
           std::equal(s.c_batch, s.c_batch + s.batch_rank, s.d_batch);
}

/// Elements from the first to the last of all matrices.
std::int64_t extent(const GemmShape& shape, const Lines& lines, const std::int64_t (&steps)[6]) {
    return batch_offset(shape, steps, shape.batch() - 1) + (lines.count - 1) * lines.step +
           lines.length;
}

/// Whether it is dense, and the next one begins where it ends.
bool follows(const Lines& lines, std::int64_t next) {
    return lines.step == lines.length && next == lines.length * lines.count;
}

}  // namespace

std::optional<ClblastLayout> clblast_layout(const GemmShape& s) {
    const auto a = lines_of(s.m, s.k, s.a_row, s.a_column),
               b = lines_of(s.k, s.n, s.b_row, s.b_column),
               d = lines_of(s.m, s.n, s.d_row, s.d_column);
    if (!a || !b || !d) return std::nullopt;
    return ClblastLayout{*a, *b, *d};
}

std::string clblast_refusal(const GemmShape& shape) {
    if (shape.has_bias != 0 || shape.activation != ASSAY_ACT_NONE)
        return "CLBlast adds no bias and applies no activation";
    const std::optional<ClblastLayout> layout = clblast_layout(shape);
    if (!layout) return "CLBlast takes matrices with contiguous rows or columns only";
    if (shape.has_c != 0 && !c_lies_like_d(shape))
        return "CLBlast adds to D what is in it: C would have to lie as D does";
    if (clblast_elements(shape, *layout) > clblast_most_elements)
        return "CLBlast counts in ints: A, B and D are more than 2^31 elements";
    return "";
}

ClblastProduct clblast_product(const GemmShape& shape, const ClblastLayout& layout) {
    const auto turn = [&](const Lines& lines) {
        return lines.columns == layout.d.columns ? clblast_as_it_is : clblast_turned;
    };
    ClblastProduct product;
    product.layout = layout.d.columns ? clblast_by_columns : clblast_by_rows;
    product.turn_a = turn(layout.a);
    product.turn_b = turn(layout.b);
    product.m = size(shape.m);
    product.n = size(shape.n);
    product.k = size(shape.k);
    product.a_step = size(layout.a.step);
    product.b_step = size(layout.b.step);
    product.d_step = size(layout.d.step);
    return product;
}

std::int64_t clblast_elements(const GemmShape& shape, const ClblastLayout& layout) {
    return extent(shape, layout.a, shape.a_batch) + extent(shape, layout.b, shape.b_batch) +
           extent(shape, layout.d, shape.d_batch);
}

bool follow_one_another(const GemmShape& shape, const ClblastLayout& layout) {
    return shape.batch_rank == 1 && shape.batch() > 1 && follows(layout.a, shape.a_batch[0]) &&
           follows(layout.b, shape.b_batch[0]) && follows(layout.d, shape.d_batch[0]);
}

std::int64_t batch_offset(const GemmShape& shape, const std::int64_t (&steps)[6], std::int64_t z) {
    std::int64_t at = 0;
    for (std::int64_t i = shape.batch_rank - 1; i >= 0; --i) {
        at += z % shape.batch_dims[i] * steps[i];
        z /= shape.batch_dims[i];
    }
    return at;
}

}  // namespace assay::opencl
