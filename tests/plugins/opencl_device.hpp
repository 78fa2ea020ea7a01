// SPDX-License-Identifier: Apache-2.0
// The opencl plugin under test, loaded once, and whether this computer has a device for it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include <catch2/catch.hpp>

#include "tests/plugins/abi_client.hpp"

namespace assay::test {

/// PoCL's compiled kernels are kept in the build folder, for the next test.
inline const LoadedPlugin& opencl() {
    static const LoadedPlugin loaded = [] {
        setenv("POCL_CACHE_DIR", ASSAY_POCL_CACHE, 0);
        return LoadedPlugin(ASSAY_TEST_PLUGIN);
    }();
    return loaded;
}

inline std::uint32_t opencl_devices() {
    std::uint32_t count = 0;
    assay_error error{};
    require_ok(opencl()->device_count(&count, &error), error, "device_count");
    return count;
}

/// Device 0, opened once: each opening loads its kernels anew. Never closed, as drivers may be gone
/// by the time that statics are destroyed.
inline const Session& opencl_device() {
    static const Session& session = *new Session(opencl());
    return session;
}

/// Whether device 0 multiplies f64; one that does not says so.
inline bool opencl_has_f64() {
    static const bool has = [] {
        MatmulCase matmul{.m = 4, .n = 4, .k = 4};
        matmul.a = matmul.b = matmul.d = ASSAY_F64;
        return query(opencl_device(), MatmulDesc(matmul).get()).level != ASSAY_SUPPORT_NONE;
    }();
    return has;
}

}  // namespace assay::test

/// Leaves a test, with a word on it, where no driver is installed.
#define OPENCL_DEVICE_OR_RETURN                                 \
    if (assay::test::opencl_devices() == 0) {                   \
        WARN("no OpenCL device here: nothing of it is tested"); \
        return;                                                 \
    }                                                           \
    static_assert(true, "")
