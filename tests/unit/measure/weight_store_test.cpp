// SPDX-License-Identifier: Apache-2.0
#include "core/measure/weight_store.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "core/graph/builder.hpp"
#include "tests/unit/measure/tiny_models.hpp"

namespace assay {
namespace {

Value constant(const std::string& name, std::int64_t elements, double scale = 1) {
    Value value;
    value.name = name;
    value.type = tensor(Dtype::f32, {elements});
    value.type.constant = true;
    value.kind = ValueKind::constant;
    value.fill.scale = scale;
    return value;
}

/// Makes buffers without a device, and counts them.
struct Maker {
    int made = 0;
    std::function<Buffer()> operator()() {
        return [this] {
            ++made;
            return Buffer();
        };
    }
};

Case decoder_case(std::int64_t tokens, std::int64_t depth, Dtype dtype = Dtype::f32) {
    Inference run;
    run.tokens = tokens;
    run.depth = depth;
    run.dtype = dtype;
    return model_case(decoder, run);
}

}  // namespace

TEST_CASE("a constant is made once for all cases of its owner, and known by what is in it",
          "[measure][weights]") {
    WeightStore store;
    Maker maker;
    store.begin("llama", 0);
    const auto first = store.buffer(constant("w", 10), 1, maker());
    CHECK(store.shared_bytes() == 0);
    store.begin("llama", 0);
    CHECK(store.buffer(constant("w", 10), 1, maker()) == first);
    CHECK(store.buffer(constant("w", 10), 1, maker()) == first);  // the same case again: not twice
    CHECK(store.shared_bytes() == 40);
    CHECK(maker.made == 1);
    CHECK(store.buffer(constant("w", 10), 2, maker()) != first);     // another seed
    CHECK(store.buffer(constant("w", 11), 1, maker()) != first);     // another size
    CHECK(store.buffer(constant("w", 10, 2), 1, maker()) != first);  // another rule
    CHECK(store.buffer(constant("v", 10), 1, maker()) != first);     // another name
    CHECK(maker.made == 5);
}

TEST_CASE("nothing is kept without an owner, or of a file", "[measure][weights]") {
    WeightStore store;
    Maker maker;
    store.begin("", 0);
    store.buffer(constant("w", 10), 1, maker());
    store.buffer(constant("w", 10), 1, maker());
    CHECK(maker.made == 2);
    store.begin("onnx", 0);
    Value stored = constant("w", 10);
    stored.fill.filling = Filling::stored;
    store.buffer(stored, 1, maker());
    store.buffer(stored, 1, maker());
    CHECK(maker.made == 4);
    CHECK(store.bytes() == 0);
}

TEST_CASE("what no case wants is forgotten, and what is not used when memory is short",
          "[measure][weights]") {
    WeightStore store(100);
    Maker maker;
    store.begin("a", 0);
    store.buffer(constant("a", 10), 1, maker());
    store.begin("b", 0);
    const auto used = store.buffer(constant("b", 10), 1, maker());
    CHECK(store.bytes() == 80);
    store.keep_only({"b"});
    CHECK(store.bytes() == 40);
    store.begin("b", 0);
    store.buffer(constant("b2", 10), 1, maker());
    CHECK(store.bytes() == 80);
    store.begin("c", 50);  // 80 + 50 are more than 100: b2 goes, b is in use
    CHECK(store.bytes() == 40);
    store.begin("b", 0);
    CHECK(store.buffer(constant("b", 10), 1, maker()) == used);
}

TEST_CASE("an operator is ready once for the same constants", "[measure][weights]") {
    WeightStore store;
    Maker maker;
    int made = 0;
    const auto ready = [&] {
        ++made;
        ReadyOperator one;
        one.record.constant_bytes = 7;
        return one;
    };
    Op op;
    store.begin("a", 0);
    const auto weights = store.buffer(constant("w", 10), 1, maker());
    const auto others = store.buffer(constant("v", 10), 1, maker());
    const auto first = store.ready(op, {nullptr, weights}, ready);
    store.begin("a", 0);
    CHECK(store.ready(op, {nullptr, weights}, ready) == first);
    CHECK(store.shared_operators() == 1);
    CHECK(store.ready(op, {nullptr, others}, ready) != first);
    CHECK(store.ready(op, {nullptr, nullptr}, ready) != store.ready(op, {nullptr, nullptr}, ready));
    Op other = op;
    other.math = Math::any;
    CHECK(store.ready(other, {nullptr, weights}, ready) != first);
    CHECK(made == 5);
    CHECK(store.bytes() == 80 + 3 * 7);
}

TEST_CASE("a prompt and a decoding step of one model have one set of weights in a pass",
          "[measure][weights]") {
    const std::vector<CaseRecord> records = run_simulated(
        job_of({decoder_case(6, 0), decoder_case(1, 6), decoder_case(1, 6, Dtype::bf16)}), {});
    REQUIRE(records.size() == 3);
    const auto of = [&](const std::string& id) {
        const auto found = std::ranges::find(records, id, &CaseRecord::id);
        REQUIRE(found != records.end());
        INFO(found->outcome.reason);
        REQUIRE(found->outcome.state == State::measured);
        return found->prepared.value();
    };
    const std::uint64_t all = std::get<Inference>(records.front().workload).weight_bytes;
    CHECK(of(decoder_case(6, 0).id).shared_bytes == 0U);
    CHECK(of(decoder_case(1, 6).id).shared_bytes == all);
    // The last norm and the head are of one token in both.
    CHECK(of(decoder_case(1, 6).id).shared_operators == 2);
    CHECK(of(decoder_case(1, 6, Dtype::bf16).id).shared_bytes == 0U);
}

}  // namespace assay
