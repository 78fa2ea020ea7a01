// SPDX-License-Identifier: Apache-2.0
// See answer.hpp.
#include "tests/plugins/answer.hpp"

#include <cmath>
#include <limits>

namespace assay::test {

double worst_error(const MatmulCase& matmul, const NaiveMatmul& naive,
                   const std::vector<std::uint8_t>& got) {
    const std::vector<double> values = decode(got, matmul.d);
    double worst = 0;
    for (std::size_t i = 0; i < naive.want.size(); ++i) {
        const double error = std::fabs(values.at(i) - naive.want[i]);
        if (error == 0) continue;
        const double bound = tolerance(matmul, naive, i);
        // Not `error > bound`: a NaN must count as wrong.
        const bool explained = error <= bound;
        if (!explained && !(error < std::numeric_limits<double>::infinity())) return INFINITY;
        worst = std::max(worst, error / bound);
    }
    return worst;
}

Answer answer(const Session& session, const MatmulCase& matmul, BindB how) {
    const NaiveMatmul naive = naive_matmul(matmul, 1);
    const MatmulDesc desc(matmul);
    Prepared prepared(session, desc.get());
    Buffer a(session, naive.a.size()), b(session, naive.b.size()), d(session, naive.d_bytes),
        bias(session, naive.bias.size());
    a.write(naive.a);
    b.write(naive.b);
    if (matmul.bias != 0) bias.write(naive.bias);
    d.write(std::vector<std::uint8_t>(naive.d_bytes, 0xff));  // NaN in every float type

    std::vector<assay_binding> bindings{a.binding()};
    if (how == BindB::as_constant) {
        prepared.bind_const(1, b);
        b.write(std::vector<std::uint8_t>(naive.b.size(), 0xff));  // must not be read again
    } else {
        bindings.push_back(b.binding());
    }
    if (matmul.bias != 0) bindings.push_back(bias.binding());
    bindings.push_back(d.binding());
    prepared.run(bindings);
    return {worst_error(matmul, naive, d.read()), prepared.info()};
}

}  // namespace assay::test
