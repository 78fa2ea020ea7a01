// SPDX-License-Identifier: Apache-2.0
// The cuda plugin as it is built: without a driver it has no device and says why; with one, a real
// product is right. No GPU was at hand when this was written.
#include <catch2/catch.hpp>

#include "tests/plugins/answer.hpp"

namespace {

using namespace assay::test;
using Catch::Contains;

const LoadedPlugin& plugin() {
    static const LoadedPlugin loaded(ASSAY_TEST_PLUGIN);
    return loaded;
}

std::uint32_t device_count() {
    std::uint32_t count = 0;
    assay_error error{};
    require_ok(plugin()->device_count(&count, &error), error, "device_count");
    return count;
}

}  // namespace

TEST_CASE("cuda loads wherever its libraries are, and names them or what is missing", "[cuda]") {
    CHECK(std::string(plugin().info().id) == "org.assay.cuda");
    const std::string libraries = plugin().info().libraries;
    if (device_count() > 0) {
        CHECK_THAT(libraries, Contains("cuBLASLt ") && Contains("CUDA runtime "));
        return;
    }
    // cudaGetErrorString's words and the name of the error: InsufficientDriver, NoDevice, ...
    CHECK_THAT(libraries, Contains("river") && Contains(": ") && Contains("(cudaError"));
}

TEST_CASE("cuda has nothing to open where it has no device", "[cuda]") {
    assay_error error{};
    assay_device* device = nullptr;
    CHECK(plugin()->device_open(device_count(), nullptr, 0, &device, &error) == ASSAY_ERR_INVALID);
    CHECK_THAT(std::string(error.message), Contains("there is no device"));
}

TEST_CASE("cuda multiplies on a real device", "[.gpu]") {
    if (device_count() == 0) {
        WARN("skipped: " << plugin().info().libraries);
        return;
    }
    const Session session(plugin());
    const bool transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    for (const assay_dtype dtype : {ASSAY_F32, ASSAY_F64, ASSAY_BF16}) {
        MatmulCase matmul{.m = 33, .n = 72, .k = 40, .batch = 3};
        matmul.a = matmul.b = matmul.d = matmul.bias = dtype;
        if (dtype == ASSAY_F64) matmul.bias = 0;
        matmul.transpose_a = transpose_a;
        matmul.transpose_b = transpose_b;
        const MatmulDesc desc(matmul);
        const assay_op_support support = query(session, desc.get());
        CAPTURE(dtype, transpose_a, transpose_b, support.reason);
        if (support.level == ASSAY_SUPPORT_NONE) continue;  // bf16 before Ampere
        CHECK(answer(session, matmul).worst <= 1);
    }
}
