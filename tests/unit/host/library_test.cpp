// SPDX-License-Identifier: Apache-2.0
// The texts on the left are glibc 2.36's own.
#include "core/host/library.hpp"

#include <catch2/catch.hpp>

using assay::explain_load_failure;

TEST_CASE("the loader's words become what is missing", "[host][library]") {
    CHECK(explain_load_failure("/p/a.so: undefined symbol: cublasLtCreate, version libcublasLt.12",
                               "/p/a.so") ==
          "needs symbol cublasLtCreate that no loaded library has (was it linked to its vendor "
          "library?)");
    CHECK(explain_load_failure("/usr/lib/libdnnl.so.2: undefined symbol: omp_x", "/p/a.so") ==
          "needs /usr/lib/libdnnl.so.2, which needs symbol omp_x that no loaded library has (was "
          "it linked to its vendor library?)");
    CHECK(explain_load_failure(
              "libcudart.so.12: cannot open shared object file: No such file or directory",
              "/p/a.so") ==
          "needs libcudart.so.12, which is not installed or not on the library path");
    CHECK(explain_load_failure("/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found "
                               "(required by /p/a.so)",
                               "/p/a.so") ==
          "needs version GLIBC_2.38 of /lib/x86_64-linux-gnu/libc.so.6, which is older here");
}

TEST_CASE("words of the loader that are not known are passed on", "[host][library]") {
    CHECK(explain_load_failure("/p/a.so: cannot allocate memory in static TLS block", "/p/a.so") ==
          "is refused by the system's loader: /p/a.so: cannot allocate memory in static TLS block");
    CHECK(explain_load_failure("", "/p/a.so") == "is refused by the system's loader: ");
}
