// SPDX-License-Identifier: Apache-2.0
#include "core/measure/exact_runs.hpp"

#include <array>

#include <fmt/format.h>

#include "core/workload/exact.hpp"
#include "core/workload/names.hpp"
#include "core/workload/single_products.hpp"

namespace assay {
namespace {

using Inputs = std::array<std::span<const std::byte>, 3>;

Check on_integers(const Gemm& gemm, std::uint64_t seed, const RunOn& run, ProofRecord& proof) {
    const ExactGemm exact(gemm, seed);
    Check check = exact.check(run(Inputs{exact.a(), exact.b(), exact.bias()}));
    if (check.passed) proof.exact_elements = check.elements;
    return check;
}

Check on_single_products(const Gemm& gemm, std::uint64_t seed, const RunOn& run,
                         ProofRecord& proof) {
    const SingleProducts probe(gemm, seed);
    const Bytes no_bias(bytes(gemm.bias, elements(gemm).bias));
    const double error = probe.error(run(Inputs{probe.a(), probe.b(), no_bias}));
    proof.precision = precision_of(gemm.a, error);
    Check check;
    check.method = "single products";
    check.max_error = error;
    check.passed = proof.precision == name(gemm.a);
    if (check.passed) return check;
    check.reason =
        fmt::format("precision: a single product of {} is off by {:.1e}: operands were used as {}",
                    name(gemm.a), error, proof.precision);
    return check;
}

}  // namespace

Check run_exactly(const Gemm& gemm, const Arithmetic& arithmetic, std::uint64_t seed,
                  const RunOn& run, ProofRecord& proof) {
    Check check;
    check.passed = true;
    proof.not_exact = no_exact_answer(gemm, arithmetic);
    if (proof.not_exact.empty()) check = on_integers(gemm, seed, run, proof);
    if (check.passed && shows_precision(gemm)) check = on_single_products(gemm, seed, run, proof);
    return check;
}

}  // namespace assay
