// SPDX-License-Identifier: Apache-2.0
// Every operator, small, through a pass on the reference plugin: two independent ways to the same
// answer, and a number only when they agree.
#include <catch2/catch.hpp>

#include "tests/unit/measure/on_simulated.hpp"

namespace assay {
namespace {

CaseRecord on_reference(const OperatorWork& work, CacheState cache = CacheState::hot) {
    static const Plugin& plugin = *new Plugin(Plugin::load(REFERENCE_PLUGIN, HostEvents{}));
    const Device device = plugin.open(0, {});
    Case each;
    each.workload = work;
    each.protocol.cache = cache;
    each.id = short_name(work);
    Job job = job_of({each});
    job.last_level_cache_bytes = 1U << 12U;
    CaseRecord record;
    run_pass(job, device,
             {.phase = [](int, const char*) {},
              .finished = [&](int, const CaseRecord& found) { record = found; },
              .stop = [] { return false; }});
    return record;
}

OperatorWork work(OpKind op, Shape x) {
    OperatorWork made;
    made.op = op;
    made.x = std::move(x);
    return made;
}

template <class Change>
OperatorWork with(OperatorWork made, Change change) {
    change(made);
    return made;
}

/// One of each operator, and of what they are told a second one.
std::vector<OperatorWork> all_operators() {
    using W = OperatorWork;
    return {
        with(work(OpKind::matmul, {3, 32}),
             [](W& w) {
                 w.w = {32, 8}, w.bias = true;
             }),
        with(work(OpKind::matmul, {3, 32}),
             [](W& w) {
                 w.w = {32, 8}, w.weights = Dtype::i8, w.scaling = Scaling::channel;
             }),
        with(work(OpKind::matmul, {3, 32}),
             [](W& w) {
                 w.w = {32, 8}, w.weights = Dtype::i4, w.scaling = Scaling::block, w.block = 16;
             }),
        with(work(OpKind::conv, {1, 4, 9, 7}),
             [](W& w) {
                 w.w = {6, 2, 3, 3}, w.groups = 2, w.stride = 2, w.pad = 1, w.bias = true;
                 w.activation = Activation::relu, w.residual = true;
             }),
        with(work(OpKind::conv, {2, 9, 7, 4}),
             [](W& w) {
                 w.w = {6, 3, 3, 4}, w.layout = Layout::channels_last, w.dilation = 2;
             }),
        with(work(OpKind::conv, {1, 4, 5, 5}),
             [](W& w) {
                 w.w = {4, 3, 2, 2}, w.transposed = true, w.stride = 2;
             }),
        with(work(OpKind::attention, {2, 4, 5, 8}),
             [](W& w) {
                 w.y = {2, 2, 7, 8}, w.causal = true;
             }),
        with(work(OpKind::attention, {1, 2, 3, 8}),
             [](W& w) {
                 w.y = {1, 2, 9, 8}, w.lengths = 6, w.mask = true;
             }),
        with(work(OpKind::softmax, {3, 5, 7}), [](W& w) { w.axis = 1; }),
        with(work(OpKind::norm, {6, 16}), [](W& w) { w.residual = true; }),
        with(work(OpKind::norm, {6, 16}), [](W& w) { w.norm = NormKind::rms; }),
        with(work(OpKind::norm, {2, 8, 3, 3}),
             [](W& w) { w.norm = NormKind::group, w.groups = 4, w.activation = Activation::silu; }),
        with(work(OpKind::norm, {2, 8, 3, 3}), [](W& w) { w.norm = NormKind::batch; }),
        with(work(OpKind::elementwise, {4, 6}),
             [](W& w) { w.function = Function::gated, w.activation = Activation::silu; }),
        with(work(OpKind::elementwise, {4, 6}),
             [](W& w) {
                 w.function = Function::add, w.y = {1, 6};
             }),
        with(work(OpKind::elementwise, {4, 6}), [](W& w) { w.function = Function::log; }),
        with(work(OpKind::reduce, {4, 6}), [](W& w) { w.reduction = Reduction::mean, w.axis = 1; }),
        with(work(OpKind::reduce, {4, 6}),
             [](W& w) { w.reduction = Reduction::argmax, w.axis = 1; }),
        with(work(OpKind::gather, {11, 6}), [](W& w) { w.indices = {5}; }),
        with(work(OpKind::gather, {11, 6}),
             [](W& w) {
                 w.indices = {5, 3}, w.bag = Reduction::sum;
             }),
        with(work(OpKind::scatter, {2, 2, 9, 4}),
             [](W& w) {
                 w.y = {2, 2, 3, 4}, w.position = 4;
             }),
        with(work(OpKind::pool, {1, 3, 8, 8}),
             [](W& w) { w.reduction = Reduction::max, w.window = 3, w.stride = 2, w.pad = 1; }),
        with(work(OpKind::pool, {1, 3, 8, 8}),
             [](W& w) { w.reduction = Reduction::mean, w.global = true; }),
        with(work(OpKind::copy, {2, 3, 4}),
             [](W& w) {
                 w.copying = Copying::transpose, w.params = {2, 0, 1};
             }),
        with(work(OpKind::copy, {2, 3, 4}),
             [](W& w) {
                 w.copying = Copying::slice, w.params = {0, 1, 2}, w.y = {2, 2, 2};
             }),
        with(work(OpKind::convert, {4, 6}), [](W& w) { w.out = Dtype::bf16; }),
        with(work(OpKind::convert, {4, 6}),
             [](W& w) { w.out = Dtype::i8, w.scaling = Scaling::channel, w.axis = 1; }),
        with(work(OpKind::rope, {2, 2, 3, 8}), [](W& w) { w.position = 5; }),
        with(work(OpKind::topk, {3, 9}), [](W& w) { w.axis = 1, w.k = 4; }),
        with(work(OpKind::grouped_matmul, {10, 8}),
             [](W& w) {
                 w.w = {3, 8, 6};
             }),
        with(work(OpKind::resize, {1, 2, 4, 4}),
             [](W& w) {
                 w.y = {1, 2, 8, 6}, w.mode = Interpolation::linear;
             }),
    };
}

}  // namespace

TEST_CASE("every operator is measured after the reference plugin and the core agree on it") {
    for (const OperatorWork& each : all_operators()) {
        const CaseRecord record = on_reference(each);
        INFO(record.id << ": " << record.outcome.reason);
        REQUIRE(record.outcome.state == State::measured);
        CHECK(record.check->passed);
        CHECK(record.check->elements > 0);
        CHECK(record.check_after->passed);
        CHECK(record.sample->readings_ns.size() >= 5);
    }
}

TEST_CASE("operators in bf16 too") {
    for (OperatorWork each : all_operators()) {
        if (each.op == OpKind::convert) continue;
        each.dtype = Dtype::bf16;
        const CaseRecord record = on_reference(each);
        INFO(record.id << ": " << record.outcome.reason);
        CHECK(record.outcome.state == State::measured);
    }
}

TEST_CASE("cold operators rotate over copies, and all of them give right answers") {
    const std::vector<OperatorWork> all = all_operators();
    for (std::size_t i = 0; i < all.size(); i += 4) {  // a quarter: each takes a second
        const CaseRecord record = on_reference(all[i], CacheState::cold);
        INFO(record.id << ": " << record.outcome.reason);
        CHECK(record.outcome.state == State::measured);
        CHECK(record.prepared->rotated_sets >= 2);
    }
}

TEST_CASE("an operator that the plugin does not have is a skipped row with the plugin's reason") {
    const CaseRecord record = on_reference(with(work(OpKind::copy, {4, 8}), [](OperatorWork& w) {
        w.dtype = Dtype::i4, w.copying = Copying::transpose, w.params = {1, 0};
    }));
    CHECK(record.outcome.state == State::skipped);
    CHECK(record.outcome.reason.starts_with("unsupported: "));
}

}  // namespace assay
