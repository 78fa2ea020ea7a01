// SPDX-License-Identifier: Apache-2.0
// CLBlast as the opencl plugin calls it: right products, refusals in one line, and a device time of
// all its kernels. One test, in sections, does all that makes drivers compile its kernels: the
// first to call it in a fresh cache waits many seconds. Its declarations are
// opencl_clblast_calls_test.cpp's.
#include <algorithm>
#include <chrono>
#include <cmath>

#include <catch2/catch.hpp>
#include <dlfcn.h>

#include "tests/plugins/answer.hpp"
#include "tests/plugins/opencl_device.hpp"

namespace {

using namespace assay::test;
using Catch::Contains;

bool has_clblast() {
    static void* const library = dlopen("libclblast.so.1", RTLD_NOW | RTLD_LOCAL);
    return library != nullptr;
}

MatmulCase of_type(assay_dtype dtype, MatmulCase matmul) {
    matmul.a = matmul.b = matmul.d = dtype;
    return matmul;
}

Answer check_right(const Session& session, const MatmulCase& matmul,
                   BindB how = BindB::every_call) {
    REQUIRE(query(session, MatmulDesc(matmul).get()).level == ASSAY_SUPPORT_NATIVE);
    const Answer got = answer(session, matmul, how);
    CHECK(got.worst <= 1);
    CHECK(got.info.accumulator == matmul.a);
    CHECK(got.info.tuned_candidates == 0);
    CHECK_THAT(std::string(got.info.path), Catch::StartsWith("CLBlast"));
    return got;
}

std::vector<std::uint8_t> bytes_of_floats(const std::vector<float>& values) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(values.data());
    return {first, first + 4 * values.size()};
}

/// 2 x 3 x 4: A of ones and B of twos, with alpha 3, are 24 everywhere; C adds half of 0, 1, 2, ...
void check_c(const Session& session) {
    const MatmulDesc plain(MatmulCase{.m = 2, .n = 3, .k = 4, .alpha = 3});
    assay_op_desc op = *plain.get();
    const assay_tensor_desc* inputs[] = {op.inputs[0], op.inputs[1], nullptr, op.outputs[0]};
    assay_matmul_attrs attrs = *static_cast<const assay_matmul_attrs*>(op.attrs);
    attrs.beta = 0.5;
    op.inputs = inputs;
    op.num_inputs = 4;
    op.attrs = &attrs;
    Prepared prepared(session, &op);
    Buffer a(session, 32), b(session, 48), c(session, 24), d(session, 24);
    a.write(bytes_of_floats(std::vector<float>(8, 1)));
    b.write(bytes_of_floats(std::vector<float>(12, 2)));
    c.write(bytes_of_floats({0, 1, 2, 3, 4, 5}));
    d.write(std::vector<std::uint8_t>(24, 0xff));
    prepared.run({a.binding(), b.binding(), c.binding(), d.binding()});
    const auto sums = bytes_of_floats({24, 24.5, 25, 25.5, 26, 26.5});
    CHECK(d.read() == sums);
    CHECK(c.read() == bytes_of_floats({0, 1, 2, 3, 4, 5}));
    prepared.run({a.binding(), b.binding(), c.binding(), c.binding()});  // C and D in one place
    CHECK(c.read() == sums);
}

/// The same product without C, of an A whose rows of 4 are 6 apart with NaN between.
void check_gaps(const Session& session) {
    const MatmulDesc desc(MatmulCase{.m = 2, .n = 3, .k = 4, .alpha = 3, .a_strides = {6, 1}});
    REQUIRE(query(session, desc.get()).level == ASSAY_SUPPORT_NATIVE);
    Prepared prepared(session, desc.get());
    Buffer a(session, 40), b(session, 48), d(session, 24);
    const float gap = NAN;
    a.write(bytes_of_floats({1, 1, 1, 1, gap, gap, 1, 1, 1, 1}));
    b.write(bytes_of_floats(std::vector<float>(12, 2)));
    prepared.run({a.binding(), b.binding(), d.binding()});
    CHECK(d.read() == bytes_of_floats(std::vector<float>(6, 24)));
}

/// Two products of 2 x 3 x 4 whose A begins behind a NaN: ones, then twos.
void check_offset(const Session& session) {
    const MatmulDesc desc(MatmulCase{.m = 2, .n = 3, .k = 4, .batch = 2});
    Prepared prepared(session, desc.get());
    Buffer a(session, 68), b(session, 96), d(session, 48);
    std::vector<float> values(17, 2), sums(12, 8);
    values[0] = NAN;
    std::fill_n(values.begin() + 1, 8, 1.0F);
    std::fill_n(sums.begin(), 6, 4.0F);
    a.write(bytes_of_floats(values));
    b.write(bytes_of_floats(std::vector<float>(24, 1)));
    assay_binding from = a.binding();
    from.offset = 4;
    from.size = 64;
    prepared.run({from, b.binding(), d.binding()});
    CHECK(d.read() == bytes_of_floats(sums));
}

/// The device's time between events around one call, over the host's from before the first to after
/// the wait.
double device_share(const Session& session, std::int64_t side) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(4 * side * side);
    Prepared prepared(session, MatmulDesc(MatmulCase{.m = side, .n = side, .k = side}).get());
    Buffer a(session, bytes), b(session, bytes), d(session, bytes);
    const std::vector<std::uint8_t> ones =
        bytes_of_floats(std::vector<float>(static_cast<std::size_t>(side * side), 1));
    a.write(ones);
    b.write(ones);
    const assay_binding bindings[] = {a.binding(), b.binding(), d.binding()};
    assay_event *from = nullptr, *to = nullptr;
    assay_error error{};
    require_ok(opencl()->event_create(session.device(), &from, &error), error, "event_create");
    require_ok(opencl()->event_create(session.device(), &to, &error), error, "event_create");
    prepared.run({a.binding(), b.binding(), d.binding()});
    const auto began = std::chrono::steady_clock::now();
    require_ok(opencl()->event_record(session.queue(), from, &error), error, "event_record");
    require_ok(opencl()->enqueue(session.queue(), prepared.get(), bindings, 3, &error), error,
               "enqueue");
    require_ok(opencl()->event_record(session.queue(), to, &error), error, "event_record");
    require_ok(opencl()->queue_wait(session.queue(), UINT64_MAX, ASSAY_WAIT_BLOCK, &error), error,
               "queue_wait");
    const std::chrono::duration<double, std::nano> host = std::chrono::steady_clock::now() - began;
    double device_ns = 0;
    require_ok(opencl()->event_elapsed_ns(session.device(), from, to, &device_ns, &error), error,
               "event_elapsed_ns");
    opencl()->event_destroy(from);
    opencl()->event_destroy(to);
    return device_ns / host.count();
}

std::string refusal(const Session& session, const MatmulCase& matmul) {
    const MatmulDesc desc(matmul);
    const assay_op_support support = query(session, desc.get());
    CHECK(support.level == ASSAY_SUPPORT_NONE);
    CHECK_THROWS_WITH(Prepared(session, desc.get()), Contains(support.reason));
    return support.reason;
}

}  // namespace

TEST_CASE("opencl multiplies by CLBlast where it is asked to", "[opencl][clblast]") {
    OPENCL_DEVICE_OR_RETURN;
    if (!has_clblast()) {
        WARN("skipped: no libclblast.so.1 here (Debian: libclblast1)");
        return;
    }
    const Session session(opencl(), {{"gemm", "clblast"}});
    SECTION("both types, every transpose, sizes of one, alpha") {
        for (const assay_dtype dtype : {ASSAY_F32, ASSAY_F64}) {
            if (dtype == ASSAY_F64 && !opencl_has_f64()) continue;
            for (const int turned : {0, 1, 2, 3}) {
                MatmulCase matmul = of_type(dtype, {.m = 33, .n = 70, .k = 71, .alpha = -0.5});
                matmul.transpose_a = (turned & 1) != 0;
                matmul.transpose_b = (turned & 2) != 0;
                CAPTURE(dtype, turned);
                check_right(session, matmul);
            }
            check_right(session, of_type(dtype, {.m = 1, .n = 64, .k = 80}));
            check_right(session, of_type(dtype, {.m = 64, .n = 1, .k = 1}));
            check_right(session, of_type(dtype, {.m = 1, .n = 1, .k = 1}));
        }
    }
    SECTION("a constant B, and rows with gaps between") {
        check_right(session, {.m = 9, .n = 20, .k = 31, .constant_b = true}, BindB::as_constant);
        check_gaps(session);
    }
    SECTION("batches, in one call or in many") {
        CHECK_THAT(check_right(session, {.m = 12, .n = 20, .k = 31, .batch = 3}).info.path,
                   Contains("one call for the batch"));
        MatmulCase shared{.m = 12, .n = 20, .k = 31, .batch = 3, .broadcast_a = true};
        CHECK_THAT(check_right(session, shared).info.path, Contains("a call for each matrix"));
        shared.broadcast_a = false;
        shared.broadcast_b = true;
        CHECK_THAT(check_right(session, shared).info.path, Contains("batch folded into m"));
        check_offset(session);
    }
    SECTION("C, in a place of its own or in D's") {
        check_c(session);
    }
    SECTION("its device time covers all its kernels, of which it has several at this size") {
        // CLBlast's own event is 3 to 7 ms of 300 to 400 here.
        CHECK(device_share(session, 1024) >= 0.5);
        const MatmulDesc desc(MatmulCase{.m = 1024, .n = 1024, .k = 1000});
        const assay_exec_info info = Prepared(session, desc.get()).info();
        CHECK(info.launches == 0);        // unknown
        CHECK(info.workspace_bytes > 0);  // k is padded
    }
}

TEST_CASE("opencl says why CLBlast cannot", "[opencl][clblast]") {
    OPENCL_DEVICE_OR_RETURN;
    const Session session(opencl(), {{"gemm", "clblast"}});
    if (!has_clblast()) {
        CHECK_THAT(refusal(session, {.m = 8, .n = 8, .k = 8}),
                   Contains("gemm=clblast: no library libclblast.so.1"));
        return;
    }
    CHECK(refusal(session, {.m = 8, .n = 8, .k = 8, .bias = ASSAY_F32}) ==
          "gemm=clblast: CLBlast adds no bias and applies no activation");
    CHECK(refusal(session, {.m = 8, .n = 8, .k = 8, .activation = ASSAY_ACT_RELU}) ==
          "gemm=clblast: CLBlast adds no bias and applies no activation");
    CHECK_THAT(refusal(session, {.m = 8, .n = 8, .k = 8, .a_strides = {20, 2}}),
               Contains("contiguous rows or columns"));
    CHECK_THAT(refusal(session, of_type(ASSAY_F16, {.m = 8, .n = 8, .k = 8})),
               Contains("f32 and f64 only"));
}

TEST_CASE("opencl on a CPU does not time CLBlast among its kernels", "[opencl][clblast]") {
    OPENCL_DEVICE_OR_RETURN;
    CHECK_THAT(std::string(opencl().info().libraries), Contains("libclblast.so.1"));
    if (opencl().device_info(0).kind != ASSAY_KIND_CPU) return;
    const MatmulDesc desc(MatmulCase{.m = 64, .n = 64, .k = 64});
    CHECK_THAT(std::string(Prepared(opencl_device(), desc.get()).info().path), Contains("own "));
}
