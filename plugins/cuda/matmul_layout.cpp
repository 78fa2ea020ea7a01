// SPDX-License-Identifier: Apache-2.0
// See matmul_layout.hpp.
#include "matmul_layout.hpp"

#include "matmul_types.hpp"
#include "view.hpp"

namespace assay::cuda {
namespace {

/// A dimension of one element has no step that matters.
LtMatrix layout_of(const sdk::Matrix& matrix, std::int64_t rows, std::int64_t columns,
                   const char* name) {
    LtMatrix layout;
    layout.type = lt_type(matrix.dtype, name).type;
    const bool by_rows =
        (matrix.column_step == 1 || columns == 1) && (rows == 1 || matrix.row_step >= columns);
    const bool by_columns =
        (matrix.row_step == 1 || rows == 1) && (columns == 1 || matrix.column_step >= rows);
    if (by_rows) {
        layout.rows = columns;
        layout.columns = rows;
        layout.leading = rows == 1 ? columns : matrix.row_step;
    } else if (by_columns) {
        layout.transposed = true;
        layout.rows = rows;
        layout.columns = columns;
        layout.leading = columns == 1 ? rows : matrix.column_step;
    } else {
        sdk::fail(ASSAY_ERR_UNSUPPORTED,
                  "%s: neither its rows nor its columns are without gaps or overlaps", name);
    }
    return layout;
}

std::int64_t batch_step(const sdk::Matmul& mm, const sdk::Matrix& matrix) {
    std::int64_t step = 0, inner = 1;
    bool first = true;
    for (int i = mm.batch_rank - 1; i >= 0; --i) {
        const auto dim = static_cast<std::size_t>(i);
        if (mm.batch_dims[dim] == 1) continue;
        if (first) step = matrix.batch_step[dim];
        first = false;
        if (matrix.batch_step[dim] != step * inner) {
            unsupported("batch dimensions that no single step goes through");
        }
        inner *= mm.batch_dims[dim];
    }
    return step;
}

}  // namespace

LtMatrix operand_of(const sdk::Matrix& matrix, bool transpose, std::int64_t rows,
                    std::int64_t columns, const char* name) {
    LtMatrix layout = layout_of(matrix, rows, columns, name);
    const bool either = transpose && !layout.transposed && matrix.row_step == 1 &&
                        (columns == 1 || matrix.column_step >= rows);
    if (either) {
        layout.transposed = true;
        layout.rows = rows;
        layout.columns = columns;
        layout.leading = columns == 1 ? rows : matrix.column_step;
    }
    return layout;
}

LtMatrix output_of(const sdk::Matrix& matrix, const sdk::Matmul& mm, const char* name) {
    const LtMatrix layout = layout_of(matrix, mm.m, mm.n, name);
    if (layout.transposed) sdk::fail(ASSAY_ERR_UNSUPPORTED, "%s: its rows have gaps", name);
    return layout;
}

Batch batch_of(const sdk::Matmul& mm) {
    Batch batch;
    batch.count = mm.batch;
    batch.a = batch_step(mm, mm.a);
    batch.b = batch_step(mm, mm.b);
    batch.d = batch_step(mm, mm.d);
    if (mm.c.present()) batch.c = batch_step(mm, mm.c);
    const bool apart = batch.d >= (mm.m - 1) * mm.d.row_step + mm.n;
    const bool interleaved = batch.d >= mm.n && mm.d.row_step >= batch.d * mm.batch;
    if (mm.batch > 1 && !apart && !interleaved) unsupported("the matrices of D overlap");
    return batch;
}

bool folds(const sdk::Matmul& mm, const Batch& batch) {
    const auto follows = [&](const sdk::Matrix& matrix, std::int64_t step) {
        return matrix.row_step > 0 && step == mm.m * matrix.row_step;
    };
    return batch.count > 1 && batch.b == 0 && mm.a.column_step == 1 && follows(mm.a, batch.a) &&
           follows(mm.d, batch.d) && (mm.beta == 0 || follows(mm.c, batch.c));
}

}  // namespace assay::cuda
