// SPDX-License-Identifier: Apache-2.0
#include "core/workload/workload.hpp"

#include <catch2/catch.hpp>

namespace assay {

TEST_CASE("the key of a workload states every field in order") {
    const Workload workload = Gemm{.m = 64, .n = 32, .k = 16};
    REQUIRE(key_of(workload) ==
            "gemm m=64 n=32 k=16 batch=1 a=f32 b=f32 d=f32 accumulator=none math=strict "
            "transpose_a=false transpose_b=false broadcast_a=false broadcast_b=false bias=none "
            "activation=none constant_b=false");
}

TEST_CASE("a workload answers as its kind does") {
    const Gemm gemm{.m = 4, .n = 5, .k = 6};
    const Workload workload = gemm;
    REQUIRE(kind(workload) == "gemm");
    REQUIRE(flop(workload) == flop(gemm));
    REQUIRE(least_bytes(workload) == least_bytes(gemm));
    REQUIRE(footprint_bytes(workload) == footprint_bytes(gemm));
    REQUIRE(short_name(workload) == short_name(gemm));
}

TEST_CASE("rates of integer operands are counted in operations, those of others in flop") {
    Gemm gemm{.m = 4, .n = 5, .k = 6};
    REQUIRE_FALSE(counts_integer_operations(gemm));
    gemm.a = gemm.b = Dtype::i8;
    REQUIRE(counts_integer_operations(gemm));
    gemm.a = Dtype::bf16;
    REQUIRE_FALSE(counts_integer_operations(gemm));
}

}  // namespace assay
