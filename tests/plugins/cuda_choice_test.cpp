// SPDX-License-Identifier: Apache-2.0
// The cuda plugin's matmul on a pretended device: which algorithm it takes, and where operands lie.
#include <catch2/catch.hpp>

#include "tests/plugins/cuda_product.hpp"

namespace {

using namespace assay::test;
using Catch::Contains;
using cuda_fake::Multiplied;

Product f32(const Size& size) {
    return product(ASSAY_F32, ASSAY_F32, size);
}

}  // namespace

TEST_CASE("cuda takes the fastest of what is proposed, but none that rounds", "[cuda]") {
    // Number 4 would be the fastest but computes with fewer bits; number 3 is not there at all.
    const Pretended device("fastest");
    device.machine.milliseconds = {{1, 3.0}, {2, 2.0}, {3, 0.5}, {4, 0.5}, {5, 1.5}};
    const ProductAnswer got = check_right(device, f32({5, 7, 19}));
    CHECK(device.machine.multiplied.back().algorithm == 5);
    CHECK(got.info.tuned_candidates == 3);
    CHECK(got.info.workspace_bytes == 5 * 1024);
    CHECK_THAT(std::string(got.info.path), Contains("cuBLASLt algorithm 5"));
    CHECK_FALSE(got.support.deterministic);
    for (const Multiplied& each : device.machine.multiplied) {
        CHECK(each.algorithm != 3);
        CHECK(each.algorithm != cuda_fake::Machine::dishonest);
        CHECK(each.workspace_bytes == static_cast<std::size_t>(each.algorithm) * 1024);
    }
}

TEST_CASE("cuda times nothing where the same bits are asked for", "[cuda]") {
    const Pretended device("fastest");
    Product p = f32({5, 7, 19});
    p.deterministic = true;
    const ProductAnswer got = check_right(device, p);
    CHECK(got.support.deterministic);
    CHECK(got.info.tuned_candidates == 0);
    CHECK(only(device).algorithm == 1);
}

TEST_CASE("cuda takes the favourite when there is no memory to time others", "[cuda]") {
    auto& machine = cuda_fake::machine();
    const Pretended device("fastest");
    const std::uint64_t all = machine.memory_bytes;
    machine.memory_bytes = machine.used_bytes + 100;  // operands have 380, 532 and 140 bytes
    const MatmulDesc desc(MatmulCase{.m = 5, .n = 7, .k = 19});
    const Prepared prepared(device.session, desc.get());
    machine.memory_bytes = all;
    CHECK(prepared.info().tuned_candidates == 0);
    CHECK_THAT(std::string(prepared.info().path), Contains("algorithm 1"));
}

TEST_CASE("cuda allows parts of a sum to meet in the accumulator's type only", "[cuda]") {
    const Pretended device;
    check_right(device, f32({5, 7, 19}));
    REQUIRE(device.machine.preferred.size() >= 2);
    for (const auto& each : device.machine.preferred) {
        CHECK(each.reduction_schemes == CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE);
        CHECK(each.workspace_bytes == std::uint64_t{32} << 20);
    }
}

TEST_CASE("cuda takes operands wherever an algorithm can have them", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19});
    p.a.offset = 4, p.b.offset = 12, p.d.offset = 20;
    check_right(device, p);
    Product narrow = product(ASSAY_I8, ASSAY_I32, {8, 12, 16});
    narrow.a.offset = 16, narrow.d.offset = 64;
    check_right(device, narrow);
    narrow.a.offset = 1;
    CHECK_THROWS_WITH(answer_of(device.session, narrow), Contains("multiples of 256 bytes"));
    p.a.offset = 2;
    CHECK_THROWS_WITH(answer_of(device.session, p), Contains("begins within an element"));
}

TEST_CASE("cuda refuses a binding that is missing or too small", "[cuda]") {
    const Pretended device;
    const MatmulDesc desc(MatmulCase{.m = 4, .n = 4, .k = 4});
    Prepared prepared(device.session, desc.get());
    Buffer whole(device.session, 64), small(device.session, 60);
    whole.write(std::vector<std::uint8_t>(64));
    CHECK_NOTHROW(prepared.run({whole.binding(), whole.binding(), whole.binding()}));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), whole.binding()}), Contains("needed"));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), small.binding(), whole.binding()}),
                      Contains("has 60 bytes, needed are 64"));
    assay_binding beyond = whole.binding();
    beyond.offset = 16;  // its size would leave the buffer
    CHECK_THROWS_WITH(prepared.run({whole.binding(), whole.binding(), beyond}),
                      Contains("leave a buffer of 64"));
}
