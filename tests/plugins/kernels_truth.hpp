// SPDX-License-Identifier: Apache-2.0
// A device's answer to an operator held against that of the reference plugin, which loops in double
// and shares no code with it.
#pragma once

#include <algorithm>
#include <random>
#include <utility>

#include <catch2/catch.hpp>

#include "tests/plugins/kernels_device.hpp"
#include "tests/plugins/onednn_client.hpp"

namespace assay::test {

inline const Session& truth() {
    static const LoadedPlugin loaded(ASSAY_REFERENCE_PLUGIN);
    static const Session session(loaded);
    return session;
}

/// Some tens of roundings of numbers of size 2 (chosen), in units of the type.
inline double roundings(assay_dtype dtype) {
    return dtype == ASSAY_F64 ? 1e-14 : 4e-6;
}

/// The worst error over its tolerance, of any output: right when <= 1. Also checks that query,
/// prepare and what was run agree.
inline double worst_of(const OpCase& op, double relative, double absolute) {
    const OpResult got = run_op(kernels_device(), op);
    const OpResult want = run_op(truth(), op);
    CHECK(got.support.level == ASSAY_SUPPORT_NATIVE);
    CHECK(got.info.level == got.support.level);
    CHECK(got.info.accumulator == got.support.accumulator);
    CHECK(got.info.launches >= 1);
    CHECK(std::string(got.info.path).find("own kernel ") == 0);
    double most = 0;
    for (std::size_t i = 0; i < op.outputs.size(); ++i) {
        most = std::max(
            most, worst(got.outputs[i], want.outputs[i], op.outputs[i].dtype, relative, absolute));
    }
    return most;
}
inline double worst_of(const OpCase& op) {
    const double u = roundings(op.outputs[0].dtype == ASSAY_I32 ? ASSAY_F32 : op.outputs[0].dtype);
    return worst_of(op, u, u);
}

/// The same dimensions with `gap` elements between rows of the last, or transposed in memory.
inline Dims gapped(const Dims& dims, std::int64_t gap) {
    Dims steps(dims.size());
    std::int64_t step = 1;
    for (std::size_t i = dims.size(); i-- > 0;) {
        steps[i] = step;
        step *= dims[i] + (i + 1 == dims.size() ? gap : 0);
    }
    return steps;
}
inline Dims reversed(const Dims& dims) {
    Dims steps(dims.size());
    std::int64_t step = 1;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        steps[i] = step;
        step *= dims[i];
    }
    return steps;
}

inline TestTensor with_steps(TestTensor tensor, const Dims& steps) {
    tensor.strides = steps;
    return tensor;
}
inline TestTensor output(assay_dtype dtype, const Dims& dims, const Dims& steps = {}) {
    return {dtype, dims, {}, steps};
}
inline TestTensor absent() {
    return {0};
}

}  // namespace assay::test
