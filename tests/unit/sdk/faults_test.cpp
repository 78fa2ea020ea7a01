// SPDX-License-Identifier: Apache-2.0
// Each scripted fault of the simulated device does what its README says, and nothing without it.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/sdk/host_session.hpp"

namespace {

constexpr std::int64_t size = 3, depth = 11;  // 3 x 11 times 11 x 3
constexpr std::uint64_t output_bytes = 4 * size * size, slack = 32;

/// One prepared GEMM with buffers, enqueued as often as asked.
struct Gemm {
    Session session;
    Problem problem{{size, depth}, {depth, size}, {size, size}};
    assay_exec* exec;
    assay_buffer *a, *b, *d;

    explicit Gemm(const Settings& settings)
        : session(SIMULATED_PLUGIN, settings),
          exec(session.prepare(problem.desc())),
          a(session.buffer(4 * size * depth)),
          b(session.buffer(4 * size * depth)),
          d(session.buffer(output_bytes + slack)) {}

    /// The whole output buffer after one enqueue over poison.
    Bytes answer(const std::vector<float>& left, const std::vector<float>& right) {
        session.upload(a, bytes_of(left));
        session.upload(b, bytes_of(right));
        session.upload(d, Bytes(output_bytes + slack, 0xEE));
        session.enqueue(exec,
                        {{a, 0, 4 * size * depth}, {b, 0, 4 * size * depth}, {d, 0, output_bytes}});
        return session.download(d, output_bytes + slack);
    }
};

/// Different in every place, and not exact in ten bits.
std::vector<float> numbers(float first) {
    std::vector<float> values;
    for (int i = 0; i < size * depth; ++i) values.push_back(first + 0.1234567f * float(i));
    return values;
}

std::vector<float> output(const Bytes& buffer) {
    return values_of<float>(Bytes(buffer.begin(), buffer.begin() + output_bytes));
}

/// Sum of the first `terms` products for each output element.
std::vector<float> product(const std::vector<float>& a, const std::vector<float>& b,
                           std::int64_t terms, bool b_transposed = false) {
    std::vector<float> d;
    for (std::int64_t i = 0; i < size; ++i)
        for (std::int64_t j = 0; j < size; ++j) {
            double sum = 0;
            for (std::int64_t p = 0; p < terms; ++p) {
                const auto at = b_transposed ? j * depth + p : p * size + j;
                sum += double(a[static_cast<std::size_t>(i * depth + p)]) *
                       b[static_cast<std::size_t>(at)];
            }
            d.push_back(static_cast<float>(sum));
        }
    return d;
}

const std::vector<float> left = numbers(1), right = numbers(2);

std::vector<float> answer_with(const std::string& fault) {
    return output(Gemm(Settings{{"fault", fault}}).answer(left, right));
}

}  // namespace

TEST_CASE("without a fault the answer is right and nothing behind it is touched") {
    const Bytes buffer = Gemm(Settings{}).answer(left, right);
    CHECK(output(buffer) == product(left, right, depth));
    CHECK(Bytes(buffer.begin() + output_bytes, buffer.end()) == Bytes(slack, 0xEE));
}

TEST_CASE("wrong answers are wrong in the way that is asked for") {
    CHECK(answer_with("drop_last_k") == product(left, right, depth - 1));
    CHECK(answer_with("drop_k_tail") == product(left, right, 8));
    CHECK(answer_with("zeros") == std::vector<float>(size * size, 0));
    CHECK(answer_with("transpose_b") == product(left, right, depth, true));
    CHECK(answer_with("short_time") == product(left, right, depth));
    const Bytes poison(output_bytes, 0xEE);
    CHECK(bytes_of(answer_with("skip")) == poison);
}

TEST_CASE("rounded operands give errors of their precision") {
    const auto truth = product(left, right, depth);
    const auto worst = [&truth](const std::vector<float>& answer) {
        double error = 0;
        for (std::size_t i = 0; i < truth.size(); ++i) {
            error = std::max(error, std::abs(double(answer[i]) / truth[i] - 1));
        }
        return error;
    };
    // All terms are positive: two operands, each off by 2^-(bits + 1) at most, give 2^-bits at
    // most. few.
    const double tf32 = worst(answer_with("tf32")), bf16 = worst(answer_with("bf16")),
                 bf16x3 = worst(answer_with("bf16x3"));
    CHECK(bf16x3 > 1e-7);
    CHECK(bf16x3 < 0x1.01p-15 + 0x1p-23);  // and the rounding to f32
    CHECK(tf32 > 1e-6);
    CHECK(tf32 < 0x1.01p-10);
    CHECK(bf16 > tf32);
    CHECK(bf16 < 0x1.01p-7);
}

TEST_CASE("a flipped bit is one bit of one element") {
    const Bytes good = bytes_of(product(left, right, depth));
    const Bytes bad = bytes_of(answer_with("flip_bit"));
    int flipped = 0;
    for (std::size_t i = 0; i < good.size(); ++i) flipped += __builtin_popcount(good[i] ^ bad[i]);
    CHECK(flipped == 1);
}

TEST_CASE("the bit that flips can be chosen, from the highest") {
    const Bytes good = bytes_of(product(left, right, depth));
    for (const int bit : {0, 9, 31}) {
        Gemm gemm(Settings{{"fault", "flip_bit"}, {"fault_bit", std::to_string(bit)}});
        const Bytes bad = bytes_of(output(gemm.answer(left, right)));
        for (std::size_t i = 0; i < good.size(); ++i) {
            const int at = bit / 8, mask = 0x80 >> bit % 8;  // little-endian: byte 3 is the highest
            const bool here = good[i] != bad[i];
            if (here) CHECK(i % 4 == static_cast<std::size_t>(3 - at));
            if (here) CHECK((good[i] ^ bad[i]) == mask);
        }
        CHECK(good != bad);
    }
}

TEST_CASE("a fault may hit a fraction of the enqueues, the same ones for the same seed") {
    const auto hits = [](const char* seed) {
        Gemm gemm({{"fault", "zeros"}, {"fault_fraction", "0.3"}, {"seed", seed}});
        std::vector<bool> all;
        for (int i = 0; i < 200; ++i) {
            all.push_back(output(gemm.answer(left, right)) == std::vector<float>(size * size, 0));
        }
        return all;
    };
    const auto first = hits("5");
    // 200 of probability 0.3: 60, and 6.5 is a standard deviation; four of them.
    CHECK(std::abs(std::count(first.begin(), first.end(), true) - 60) < 26);
    CHECK(hits("5") == first);
    CHECK(hits("6") != first);
}

TEST_CASE("an answer that is written once stays for whatever is in the same buffers later") {
    Gemm gemm(Settings{{"fault", "once"}});
    CHECK(output(gemm.answer(left, right)) == product(left, right, depth));
    CHECK(bytes_of(output(gemm.answer(right, left))) == Bytes(output_bytes, 0xEE));
}

TEST_CASE("an overrun writes behind the output and leaves the output right") {
    const Bytes buffer = Gemm(Settings{{"fault", "out_of_bounds"}}).answer(left, right);
    CHECK(output(buffer) == product(left, right, depth));
    CHECK(Bytes(buffer.begin() + output_bytes, buffer.end()) == Bytes(slack, 0xA5));
}

TEST_CASE("a stale answer is the first one, whatever the inputs are") {
    Gemm gemm(Settings{{"fault", "stale"}});
    const auto first = product(left, right, depth);
    CHECK(output(gemm.answer(left, right)) == first);
    CHECK(output(gemm.answer(right, left)) == first);
}

TEST_CASE("a fault begins after the enqueues that are spared and hits every n-th from there") {
    Gemm gemm({{"fault", "zeros"}, {"fault_after", "2"}, {"fault_every", "3"}});
    const auto good = product(left, right, depth);
    const std::vector<float> bad(size * size, 0);
    for (int i = 1; i <= 9; ++i) {
        INFO("enqueue " << i);
        const bool hit = i == 5 || i == 8;
        CHECK(output(gemm.answer(left, right)) == (hit ? bad : good));
    }
}

TEST_CASE("a call repeated before anybody looks ends in the same buffer as one that is looked at") {
    Gemm gemm({{"fault", "out_of_bounds"}, {"fault_every", "2"}});
    gemm.session.upload(gemm.a, bytes_of(left));
    gemm.session.upload(gemm.b, bytes_of(right));
    gemm.session.upload(gemm.d, Bytes(output_bytes + slack, 0xEE));
    for (int i = 0; i < 3; ++i) {
        gemm.session.enqueue(gemm.exec, {{gemm.a, 0, 4 * size * depth},
                                         {gemm.b, 0, 4 * size * depth},
                                         {gemm.d, 0, output_bytes}});
    }
    const Bytes buffer = gemm.session.download(gemm.d, output_bytes + slack);
    CHECK(output(buffer) == product(left, right, depth));                             // the third
    CHECK(Bytes(buffer.begin() + output_bytes, buffer.end()) == Bytes(slack, 0xA5));  // the second
}

TEST_CASE("work that is pending is done before its buffers are read or its inputs change") {
    Gemm gemm{Settings{}};
    gemm.session.upload(gemm.a, bytes_of(left));
    gemm.session.upload(gemm.b, bytes_of(right));
    gemm.session.enqueue(
        gemm.exec,
        {{gemm.a, 0, 4 * size * depth}, {gemm.b, 0, 4 * size * depth}, {gemm.d, 0, output_bytes}});
    gemm.session.upload(gemm.a, bytes_of(right));
    CHECK(output(gemm.session.download(gemm.d, output_bytes)) == product(left, right, depth));
}

TEST_CASE("a failing prepare gives its reason, and a refused type is refused by query") {
    Session failing(SIMULATED_PLUGIN, {{"fail_prepare", "no kernel today"}});
    Problem problem({2, 2}, {2, 2}, {2, 2});
    assay_exec* exec = nullptr;
    CHECK(failing.plugin.op_prepare(failing.device, problem.desc(), nullptr, 0, &exec,
                                    &failing.error) == ASSAY_ERR_BUILD);
    CHECK(std::string(failing.error.message) == "no kernel today");

    Session refusing(SIMULATED_PLUGIN, {{"unsupported", "bf16,f32"}});
    CHECK(refusing.query(problem.desc()).level == ASSAY_SUPPORT_NONE);
    problem.a.dtype = problem.b.dtype = problem.d.dtype = ASSAY_F64;
    CHECK(refusing.query(problem.desc()).level == ASSAY_SUPPORT_NATIVE);
}
