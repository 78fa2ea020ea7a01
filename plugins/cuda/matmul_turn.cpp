// SPDX-License-Identifier: Apache-2.0
// See matmul_turn.hpp.
#include "matmul_turn.hpp"

#include "matmul_layout.hpp"
#include "view.hpp"

namespace assay::cuda {
namespace {

/// An operand as lines of K elements, by the steps from line to line and along one.
struct Lines {
    std::int64_t batch, batch_step, lines, line_step, k, k_step;
};

LtTurn turn_of(const Lines& lines) {
    LtTurn turn;
    const std::int64_t batch = lines.batch_step == 0 ? 1 : lines.batch;
    turn.from.add(batch, lines.batch_step);
    turn.from.add(lines.lines, lines.line_step);
    turn.from.add(lines.k, lines.k_step);
    turn.to.add(batch, lines.lines * lines.k);
    turn.to.add(lines.lines, lines.k);
    turn.to.add(lines.k, 1);
    turn.bytes = static_cast<std::uint64_t>(turn.to.count);
    merge({&turn.from, &turn.to});
    return turn;
}

LtMatrix lines_without_gaps(const LtMatrix& given, const Lines& lines, bool transposed) {
    LtMatrix layout;
    layout.type = given.type;
    layout.transposed = transposed;
    layout.rows = layout.leading = lines.k;
    layout.columns = lines.lines;
    layout.batch_step = lines.batch_step == 0 ? 0 : lines.lines * lines.k;
    return layout;
}

}  // namespace

bool has_one_layout(assay_dtype operand, int capability) {
    return operand == ASSAY_I8 || (sdk::bits(operand) == 8 && capability / 10 != 10);
}

void turn_operands(LtProblem& problem, const sdk::Matmul& mm, const Batch& batch) {
    problem.left = operand_of(mm.b, true, mm.k, mm.n, "B");
    problem.left.batch_step = batch.b;
    problem.right = operand_of(mm.a, false, mm.m, mm.k, "A");
    problem.right.batch_step = batch.a;
    if (!problem.left.transposed) {
        const Lines columns{batch.count, batch.b, mm.n, mm.b.column_step, mm.k, mm.b.row_step};
        problem.turn_left = turn_of(columns);
        problem.left = lines_without_gaps(problem.left, columns, true);
    }
    if (problem.right.transposed) {
        const Lines rows{batch.count, batch.a, mm.m, mm.a.row_step, mm.k, mm.a.column_step};
        problem.turn_right = turn_of(rows);
        problem.right = lines_without_gaps(problem.right, rows, false);
    }
}

Call turn_call(const LtTurn& turn) {
    Call call;
    if (turn.bytes == 0) return call;
    call.kernel = Kernel::copy;
    call.element = Element::bytes1;
    call.items = turn.to.count;
    call.arguments.problem.layouts[0] = turn.from;
    call.arguments.problem.layouts[1] = turn.to;
    return call;
}

}  // namespace assay::cuda
