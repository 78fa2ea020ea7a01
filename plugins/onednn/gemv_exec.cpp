// SPDX-License-Identifier: Apache-2.0
// See gemv_exec.hpp.
#include "gemv_exec.hpp"

namespace assay::onednn {

bool is_gemv(const sdk::Matmul& mm) {
    const auto is_float = [](assay_dtype dtype) {
        return dtype == ASSAY_F32 || dtype == ASSAY_BF16;
    };
    return mm.m <= PanelProduct::few && mm.batch == 1 && mm.b.constant && is_float(mm.a.dtype) &&
           mm.a.dtype == mm.b.dtype && is_float(mm.d.dtype) &&
           (!mm.bias.present() || is_float(mm.bias.dtype));
}

GemvExec::GemvExec(const dnnl::engine& engine, const sdk::Op& op)
    : inner_(engine, Problem(op)),
      matmul_(op),
      a_(view_of(op.in(0), "A")),
      bias_(op.has(2) ? view_of(op.in(2), "bias") : View{}),
      b_(view_of(op.in(1), "B")),
      d_(view_of(op.out(0), "D")) {
    const std::int64_t columns = panel_columns(b_.bits);
    scratch_ = Scratch(PanelProduct::scratch_floats(columns));
    floats_ = Scratch(matmul_.m * matmul_.k + matmul_.n + 16, 1);
}

void GemvExec::bind_const(std::uint32_t input, const assay_binding& binding) {
    if (input != 1) sdk::fail(ASSAY_ERR_UNSUPPORTED, "only B is repacked, not input %u", input);
    const void* data = sdk::Bindings(&binding, 1).data<void>(0, b_.bytes);
    const std::uint64_t begin = sdk::host.now_ns();
    if (!weights_.present()) weights_ = PackedWeights(b_.dtype, matmul_.k, matmul_.n);
    weights_.pack(data, {0, matmul_.b.row_step, matmul_.b.column_step});
    build_ns_ += sdk::host.now_ns() - begin;
}

void GemvExec::enqueue(sdk::Queue& queue, sdk::Bindings bindings) {
    if (!weights_.present()) return inner_.enqueue(queue, bindings);
    const std::uint32_t needed = bias_.present() ? 3 : 2;
    if (bindings.size() != needed) {
        sdk::fail(ASSAY_ERR_INVALID, "matmul: %u bindings, needed are %u", bindings.size(), needed);
    }
    run(bindings.data<void>(0, a_.bytes),
        bias_.present() ? bindings.data<void>(1, bias_.bytes) : nullptr,
        bindings.data<void>(needed - 1, d_.bytes));
}

void GemvExec::run(const void* a, const void* bias, void* d) {
    const std::int64_t m = matmul_.m, n = matmul_.n, k = matmul_.k, columns = weights_.columns();
    float *rows = floats_.of(0), *bias_row = rows + m * k;
    for (std::int64_t i = 0; i < m; ++i) {
        const char* from = static_cast<const char*>(a) + i * matmul_.a.row_step * a_.width();
        simd().load(a_.dtype, from, matmul_.a.column_step, rows + i * k, k);
    }
    if (bias != nullptr) simd().load(bias_.dtype, bias, matmul_.bias.column_step, bias_row, n);
    const Finish finish{&d_, d, bias != nullptr ? bias_row : nullptr, matmul_.activation};
    parallel(weights_.panels(), team(n * k), [&](auto begin, auto end, int thread) {
        for (auto panel = begin; panel < end; ++panel) {
            const std::int64_t column = panel * columns, count = std::min(columns, n - column);
            PanelProduct::multiply(weights_.of(0), panel, columns, rows, m, scratch_.of(thread),
                                   [&](std::int64_t, std::int64_t many, float* c) {
                                       for (std::int64_t i = 0; i < many; ++i)
                                           finish(i * matmul_.d.row_step, column, c + i * columns,
                                                  count);
                                   });
        }
    });
}

void GemvExec::describe(assay_exec_info& info) {
    inner_.describe(info);
    if (!weights_.present()) return;
    info.workspace_bytes = scratch_.bytes() + floats_.bytes();
    info.constant_bytes = weights_.bytes();
    info.build_ns += build_ns_;
    sdk::put(info.path, std::string("own gemv ") + simd().name + ", B packed");
}

}  // namespace assay::onednn
