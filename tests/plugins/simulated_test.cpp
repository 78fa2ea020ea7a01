// SPDX-License-Identifier: Apache-2.0
// The simulated plugin runs every operator of the reference, and its clock and faults hold for all.
#include "tests/plugins/reference_device.hpp"

using namespace assay::test;

namespace {

const LoadedPlugin& plugin() {
    static const LoadedPlugin loaded(ASSAY_TEST_PLUGIN);
    return loaded;
}

/// A softmax of two equal numbers: a half each.
struct Halves : Asked {
    Halves()
        : Asked(ASSAY_OP_SOFTMAX, sized<assay_softmax_attrs>(), {f32({2}, {5, 5})}, {f32({2})}) {}
};

Numbers under(const char* fault) {
    const Session session(plugin(), {{"fault", fault}});
    return Halves().answer(session);
}

}  // namespace

TEST_CASE("the simulated device answers any operator as the reference does") {
    const Session session(plugin());
    CHECK(Halves().answer(session) == Numbers{0.5, 0.5});
    const Asked scatter(ASSAY_OP_SCATTER,
                        {f32({1, 1, 3, 1}, {1, 2, 3}), f32({1, 1, 1, 1}, {7}), i32({1}, {1})},
                        {f32({1, 1, 3, 1})});
    CHECK(scatter.run(session, true)[0] == Numbers{1, 7, 3});
}

TEST_CASE(
    "faults of the bytes spoil any operator's first output, those of the sums only a matmul's") {
    CHECK(under("zeros") == Numbers{0, 0});
    CHECK(under("skip") == Numbers{Asked::untouched, Asked::untouched});
    CHECK(under("flip_bit") != Numbers{0.5, 0.5});
    CHECK(under("drop_last_k") == Numbers{0.5, 0.5});
}

TEST_CASE("an operator that is not a matmul takes flop over rate plus launch too") {
    // Four elements read and written at 1 a nanosecond, and a launch of 100.
    const Session session(plugin(), {{"gflops", "1"}, {"launch_ns", "100"}});
    const auto& table = session.table();
    const Halves asked;
    Prepared prepared(session, asked.desc());
    const Buffer x(session, 8), y(session, 8);
    assay_event *from = nullptr, *to = nullptr;
    REQUIRE(table.event_create(session.device(), &from, nullptr) == ASSAY_OK);
    REQUIRE(table.event_create(session.device(), &to, nullptr) == ASSAY_OK);
    REQUIRE(table.event_record(session.queue(), from, nullptr) == ASSAY_OK);
    prepared.run({x.binding(), y.binding()});
    REQUIRE(table.event_record(session.queue(), to, nullptr) == ASSAY_OK);
    double ns = 0;
    REQUIRE(table.event_elapsed_ns(session.device(), from, to, &ns, nullptr) == ASSAY_OK);
    CHECK(ns == Approx(104));
    table.event_destroy(from);
    table.event_destroy(to);
}

TEST_CASE("the simulated device refuses a type of any tensor of any operator") {
    const Session session(plugin(), {{"unsupported", "f32"}});
    CHECK_THAT(Halves().reason(session), Catch::Contains("unsupported names a type"));
}

TEST_CASE("an operator that writes over its input is computed each time it is enqueued") {
    // x = x + x, three times: 1 becomes 8.
    const Session session(plugin());
    auto attrs = sized<assay_elementwise_attrs>();
    attrs.function = ASSAY_EW_ADD;
    const Asked twice(ASSAY_OP_ELEMENTWISE, attrs, {f32({1}), f32({1})}, {f32({1})});
    Prepared prepared(session, twice.desc());
    Buffer x(session, 4);
    x.write({0, 0, 0x80, 0x3f});
    for (int i = 0; i < 3; ++i) prepared.run({x.binding(), x.binding(), x.binding()});
    CHECK(x.read() == std::vector<std::uint8_t>{0, 0, 0, 0x41});
}
