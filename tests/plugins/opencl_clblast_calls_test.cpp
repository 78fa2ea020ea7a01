// SPDX-License-Identifier: Apache-2.0
// The opencl plugin's own declarations of CLBlast, held against CLBlast's header where there is one
// (Debian: libclblast-dev), and what it says of a library that is not there. Runs no kernel.
#include <type_traits>

#include <catch2/catch.hpp>

#include "plugins/opencl/clblast.hpp"

#if __has_include(<clblast_c.h>)
#include <clblast_c.h>
#define HAS_CLBLAST_HEADER 1
#else
#define HAS_CLBLAST_HEADER 0
#endif

namespace assay::opencl {
namespace {

/// An enumeration as the integer that C passes; everything else as it is.
template <class T, bool = std::is_enum_v<T>>
struct Passed {
    using type = T;
};
template <class T>
struct Passed<T, true> {
    using type = std::underlying_type_t<T>;
};
template <class Function>
struct Signature;
template <class Result, class... Arguments>
struct Signature<Result (*)(Arguments...)> {
    using type = typename Passed<Result>::type (*)(typename Passed<Arguments>::type...);
};

template <class Ours, class Theirs>
constexpr bool same = std::is_same_v<Ours, typename Signature<Theirs>::type>;

#if HAS_CLBLAST_HEADER
static_assert(
    same<decltype(ClblastCalls<float>::workspace), decltype(&CLBlastSGemmTempBufferSize)>);
static_assert(
    same<decltype(ClblastCalls<double>::workspace), decltype(&CLBlastDGemmTempBufferSize)>);
static_assert(same<decltype(ClblastCalls<float>::multiply), decltype(&CLBlastSgemmWithTempBuffer)>);
static_assert(
    same<decltype(ClblastCalls<double>::multiply), decltype(&CLBlastDgemmWithTempBuffer)>);
static_assert(same<decltype(ClblastCalls<float>::batch), decltype(&CLBlastSgemmStridedBatched)>);
static_assert(same<decltype(ClblastCalls<double>::batch), decltype(&CLBlastDgemmStridedBatched)>);
static_assert(same<int (*)(), decltype(&CLBlastClearCache)>);
static_assert(clblast_by_rows == CLBlastLayoutRowMajor &&
              clblast_by_columns == CLBlastLayoutColMajor);
static_assert(clblast_as_it_is == CLBlastTransposeNo && clblast_turned == CLBlastTransposeYes);
#endif

TEST_CASE("CLBlast's functions are declared as its header has them", "[opencl][clblast]") {
#if HAS_CLBLAST_HEADER
    CHECK(clblast_status_name(CLBlastInvalidLeadDimA) == "CLBlastInvalidLeadDimA");
    CHECK(clblast_status_name(CLBlastInsufficientMemoryC) == "CLBlastInsufficientMemoryC");
    CHECK(clblast_status_name(CLBlastInsufficientMemoryTemp) == "CLBlastInsufficientMemoryTemp");
    CHECK(clblast_status_name(CLBlastInvalidLocalMemUsage) == "CLBlastInvalidLocalMemUsage");
    CHECK(clblast_status_name(CLBlastNoDoublePrecision) == "CLBlastNoDoublePrecision");
    CHECK(clblast_status_name(CLBlastUnexpectedError) == "CLBlastUnexpectedError");
#else
    WARN("skipped: no clblast_c.h here (Debian: libclblast-dev)");
#endif
}

TEST_CASE("a CLBlast that is not there, or is something else, is said in one line",
          "[opencl][clblast]") {
    CHECK(Clblast("libno-such-clblast.so.1").why_not() == "no library libno-such-clblast.so.1");
    CHECK(Clblast("libm.so.6").why_not() == "libm.so.6 lacks CLBlastSGemmTempBufferSize");
    Clblast("libm.so.6").forget();
}

TEST_CASE("CLBlast's errors have names: its own, OpenCL's, or a number", "[opencl][clblast]") {
    CHECK(clblast_status_name(-1016) == "CLBlastInvalidLeadDimA");
    CHECK(clblast_status_name(-5) == "CL_OUT_OF_RESOURCES");
    CHECK(clblast_status_name(-77) == "OpenCL status -77");
}

}  // namespace
}  // namespace assay::opencl
