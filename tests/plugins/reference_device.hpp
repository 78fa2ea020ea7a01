// SPDX-License-Identifier: Apache-2.0
// The one device of the plugin under test that the files of a test program share.
#pragma once

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "tests/plugins/op_client.hpp"

namespace assay::test {

inline const Session& device() {
    static const LoadedPlugin plugin(ASSAY_TEST_PLUGIN);
    static const Session session(plugin);
    return session;
}

inline void check_close(const Numbers& got, const Numbers& wanted) {
    REQUIRE(got.size() == wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(std::fabs(got[i] - wanted[i]) < 1e-12);
}

inline Value f64(const Dims& dims, const Numbers& memory) {
    return value(ASSAY_F64, dims, memory);
}
inline Value f64(const Dims& dims) {
    return space(ASSAY_F64, dims);
}

}  // namespace assay::test
