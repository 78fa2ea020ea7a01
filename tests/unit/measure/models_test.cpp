// SPDX-License-Identifier: Apache-2.0
// Whole models, tiny, through a pass on the reference plugin: every node checked, the twin checked.
#include <catch2/catch.hpp>

#include "core/graph/onnx/read.hpp"
#include "tests/unit/graph/onnx_file.hpp"
#include "tests/unit/measure/tiny_models.hpp"
#include "tests/unit/suite/folder.hpp"

namespace assay {
namespace {

const std::string convolutional =
    "title = \"T\"\nsource = \"made up\"\n[convolutional]\nimage = 32\nstem = 8\n"
    "blocks = [1, 1]\nwidths = [8, 16]\nclasses = 10\n";

}  // namespace

TEST_CASE("a decoder's prompt and its next token are measured with every node checked") {
    for (const std::int64_t depth : {0, 9}) {
        Inference run;
        run.tokens = depth == 0 ? 6 : 1;
        run.depth = depth;
        const CaseRecord record = on_reference(model_case(decoder, run));
        INFO(record.outcome.reason);
        REQUIRE(record.outcome.state == State::measured);
        CHECK_THAT(record.check->method,
                   Catch::Contains("distinct operators of") && Catch::Contains("twin"));
        CHECK(record.check->rms_error < record.check->rms_limit);
        CHECK(record.check_after->passed);
        CHECK_THAT(record.prepared->path, Catch::Contains("nodes"));
    }
}

TEST_CASE("a convolutional network in bf16 and a decoder with int8 weights are measured") {
    Inference images;
    images.dtype = Dtype::bf16;
    images.layout = Layout::channels_last;
    const CaseRecord network = on_reference(model_case(convolutional, images));
    INFO(network.outcome.reason);
    CHECK(network.outcome.state == State::measured);
    Inference tokens;
    tokens.weights = Dtype::i8;
    tokens.scaling = Scaling::channel;
    tokens.tokens = 3;
    const CaseRecord quantised = on_reference(model_case(decoder, tokens));
    INFO(quantised.outcome.reason);
    CHECK(quantised.outcome.state == State::measured);
}

TEST_CASE("an ONNX file is measured, held to itself in f64, and fails where the device is wrong") {
    if (!onnx_is_there()) return;
    const test::SuitesFolder folder;
    folder.write("small.onnx", test::small_onnx());
    const Suite suite =
        load_suite(folder.write("a.toml", "[[inference]]\nmodel = \"small.onnx\"\nbatch = 64\n"));
    const CaseRecord record = on_reference(suite.cases.at(0));
    INFO(record.outcome.reason);
    REQUIRE(record.outcome.state == State::measured);
    CHECK_THAT(record.check->method, Catch::Contains("the whole model in f64"));
    CHECK(record.check->rms_error < record.check->rms_limit);
    CHECK(record.check->rms_limit > 0);
    const CaseRecord spoiled = run_one(suite.cases.at(0), {{"fault", "zeros"}});
    CHECK(spoiled.outcome.state == State::failed);
}

TEST_CASE("a model that cannot be is a skipped row with the reason") {
    Case each = model_case(convolutional);
    each.model_error = "models/tiny.toml:3:1: stem is missing";
    const CaseRecord record = on_reference(each);
    CHECK(record.outcome.state == State::skipped);
    CHECK(record.outcome.reason == "model: models/tiny.toml:3:1: stem is missing");
}

TEST_CASE("a device that spoils answers gets no number for a model") {
    const CaseRecord record = run_one(model_case(decoder), {{"fault", "zeros"}});
    CHECK(record.outcome.state == State::failed);
    CHECK_THAT(record.outcome.reason, Catch::Contains("wrong answer: node '"));
}

TEST_CASE("a model too large for the device is skipped before anything is uploaded") {
    Case each = model_case(decoder);
    std::get<Inference>(each.workload).footprint_bytes = std::uint64_t{1} << 60;
    const CaseRecord record = run_one(each, {{"memory_bytes", "67108864"}});
    CHECK(record.outcome.state == State::skipped);
    CHECK_THAT(record.outcome.reason, Catch::Contains("too large: "));
}

}  // namespace assay
