// SPDX-License-Identifier: Apache-2.0
// Whole graphs on the onednn plugin, held against exact arithmetic: everything that it fuses,
// splits or lays out otherwise, and what it must leave alone. What was done is read from its path,
// so that a test cannot pass because nothing was fused.
#include <cmath>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "core/graph/builder.hpp"
#include "core/graph/evaluate.hpp"
#include "core/host/plugin.hpp"
#include "core/measure/graph_on_device.hpp"
#include "core/measure/tensors.hpp"

// The leak check (of the sanitizer tier) crashes in its own tracer beside oneDNN's thread pool.
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off() {  // NOLINT
    return 1;
}

namespace assay {
namespace {

constexpr std::uint64_t seed = 7;

/// As with AVX2, which decides what is fused: with AVX-512 oneDNN 2.6 takes convolutions beside
/// which a residual, a concatenation and a resize stay operators of their own.
/// ONEDNN_MAX_CPU_ISA=ALL in the environment shows that.
const Device& cpu() {
    static const bool limited = setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 0) == 0;
    REQUIRE(limited);
    static const Plugin& plugin = *new Plugin(Plugin::load(ASSAY_TEST_PLUGIN));
    static const Device& device = *new Device(plugin.open(0, {{"threads", "1"}}));
    return device;
}

TensorType f32(Shape dims) {
    return tensor(Dtype::f32, std::move(dims));
}

FillRule around(double center, double scale) {
    return {.filling = Filling::uniform, .center = center, .scale = scale, .values = {}};
}

/// A graph on its way: convolutions, functions and sums with weights of a usual size.
struct Net : GraphBuilder {
    Net() : GraphBuilder("net") {}

    ValueId number(double value) {
        return constant("number " + std::to_string(++count), f32({1}), around(value, 0));
    }
    ValueId per_channel(std::int64_t channels, double center) {
        return constant("row " + std::to_string(++count), f32({channels}), around(center, 0.4));
    }
    ValueId conv(ValueId x, std::int64_t channels, std::int64_t kernel, ConvAttrs attrs = {}) {
        const std::int64_t in = dims(x)[1] / attrs.groups;
        const auto fan = static_cast<double>(in * kernel * kernel);
        const Shape of = attrs.transposed ? Shape{dims(x)[1], channels, kernel, kernel}
                                          : Shape{channels, in, kernel, kernel};
        const ValueId w =
            weight("W " + std::to_string(++count), f32(of), around(0, 1 / std::sqrt(fan)));
        return add("conv " + std::to_string(count), attrs, {x, w});
    }
    ValueId norm(ValueId x) {
        const std::int64_t c = dims(x)[1];
        NormAttrs attrs;
        attrs.kind = NormKind::batch;
        return add("norm " + std::to_string(++count), attrs,
                   {x, per_channel(c, 1), per_channel(c, 0), no_value, per_channel(c, 0),
                    per_channel(c, 1)});
    }
    ValueId function(Function f, const std::vector<ValueId>& in, double p = 0, double q = 0) {
        ElementwiseAttrs attrs;
        attrs.function = f;
        attrs.p = p;
        attrs.q = q;
        return add("function " + std::to_string(++count), attrs, in);
    }
    ValueId relu(ValueId x) {
        ElementwiseAttrs attrs;
        attrs.function = Function::activation;
        attrs.activation = Activation::relu;
        return add("relu " + std::to_string(++count), attrs, {x});
    }
    /// x relu6(x + 3) / 6 in four nodes.
    ValueId hard_swish(ValueId x) {
        const ValueId up = function(Function::add, {x, number(3)});
        const ValueId gate = function(Function::clip, {up}, 0, 6);
        const ValueId product = function(Function::mul, {x, gate});
        return function(Function::div, {product, number(6)});
    }
    int count = 0;
};

ConvAttrs padded(std::int64_t pad = 1, std::int64_t groups = 1, std::int64_t stride = 1) {
    ConvAttrs attrs;
    attrs.pad_begin = attrs.pad_end = {pad, pad, 0};
    attrs.groups = groups;
    attrs.stride = {stride, stride, 1};
    return attrs;
}

/// Runs it whole and gives what the plugin says that it did; every output within roundings.
std::string run(Graph graph) {
    const Queue queue = cpu().queue();
    GraphNumbers truth = starting_numbers(graph, seed);
    evaluate(graph, truth);
    const GraphOnDevice on(std::move(graph), seed, cpu(), queue, {.lowering = Lowering::graph});
    for (int turn = 0; turn < 2; ++turn) {
        on.poison();
        on.enqueue(queue);
        cpu().wait(queue);
        for (const ValueId id : values_of(on.graph(), ValueKind::output)) {
            const auto& expected = truth[static_cast<std::size_t>(id)];
            std::vector<double> found(expected.size());
            load_range(on.bytes_of(id), Dtype::f32, 0, found);
            double error = 0, size = 0;
            for (std::size_t i = 0; i < found.size(); ++i) {
                error = std::max(error, std::abs(found[i] - expected[i]));
                size = std::max(size, std::abs(expected[i]));
            }
            INFO(on.graph().values[static_cast<std::size_t>(id)].name);
            CHECK(size > 0);
            CHECK(error <= 2e-5 * size);  // some tens of roundings of f32
        }
    }
    return on.prepared().path;
}

}  // namespace

TEST_CASE("a norm, an activation and a residual become part of the convolution before them") {
    Net net;
    const ValueId x = net.input("x", f32({2, 12, 9, 7}), around(0, 1));
    const ValueId stem = net.relu(net.norm(net.conv(x, 20, 3, padded())));
    const ValueId branch = net.norm(net.conv(stem, 20, 3, padded()));
    const ValueId sum = net.relu(net.function(Function::add, {branch, stem}));
    net.output(net.conv(sum, 5, 1), "y");
    const std::string path = run(net.finish());
    CHECK_THAT(path, Catch::Contains("2 norms folded") && Catch::Contains("2 epilogues") &&
                         Catch::Contains("1 residuals"));
}

TEST_CASE("hard swish in four nodes, scaled and shifted after it, follows a convolution by depth") {
    Net net;
    const ValueId x = net.input("x", f32({1, 16, 10, 10}), around(0, 3));
    const ValueId swish = net.hard_swish(net.norm(net.conv(x, 16, 3, padded(1, 16))));
    const ValueId scaled = net.function(Function::mul, {swish, net.number(0.3)});
    const ValueId shifted = net.function(Function::add, {scaled, net.number(-0.7)});
    net.output(net.hard_swish(net.conv(shifted, 24, 1)), "y");
    CHECK_THAT(run(net.finish()), Catch::Contains("2 activations named") &&
                                      Catch::Contains("1 norms") && Catch::Contains("4 epilogues"));
}

TEST_CASE("a gate by channel, a pool, a concatenation and a resize go on in oneDNN's layout") {
    Net net;
    const ValueId x = net.input("x", f32({1, 3, 16, 12}), around(0, 1));
    const ValueId body = net.relu(net.conv(x, 16, 3, padded(1, 1, 2)));
    PoolAttrs pool;
    pool.function = Reduction::mean;
    pool.global = true;
    const ValueId mean = net.add("mean", pool, {body});
    const ValueId gate = net.function(Function::hard_sigmoid, {net.conv(mean, 16, 1)}, 0.2, 0.5);
    const ValueId gated = net.function(Function::mul, {body, gate});
    PoolAttrs window;
    window.function = Reduction::max;
    window.window = window.stride = {2, 2, 1};
    const ValueId small = net.conv(net.add("max", window, {gated}), 8, 1);
    ResizeAttrs resize;
    resize.coordinates = Coordinates::asymmetric;
    resize.nearest = Nearest::floor;
    resize.scale = {1, 1, 2, 2};
    const auto large = net.add_all("resize", resize, {small}, {Dtype::none});
    CopyAttrs concat;
    concat.function = Copying::concat;
    concat.axis = 1;
    const ValueId all = net.add("concat", concat, {large[0], gated});
    net.output(net.conv(all, 4, 3, padded()), "y");
    const std::string path = run(net.finish());
    CHECK_THAT(path, Catch::Contains("1 of them reorders"));  // of the output alone
}

TEST_CASE("a transposed convolution without overlap is split, its padding of channels stays zero") {
    for (const std::int64_t channels : {1, 8, 11}) {
        Net net;
        const ValueId x = net.input("x", f32({2, 9, 5, 6}), around(0, 1));
        ConvAttrs up;
        up.transposed = true;
        up.stride = {2, 2, 1};
        const ValueId body = net.conv(x, 10, 3, padded());
        const ValueId y =
            net.function(Function::sigmoid, {net.norm(net.conv(body, channels, 2, up))});
        net.output(net.conv(y, 6, 3, padded()), "y");  // reads all channels of a block
        CHECK_THAT(run(net.finish()), Catch::Contains("1 norms") && Catch::Contains("1 epilogues"));
    }
}

TEST_CASE(
    "a product takes its bias and GELU said in its parts and a norm takes the sum before it") {
    Net net;
    const ValueId x = net.input("x", f32({6, 32}), around(0, 1));
    const ValueId w = net.weight("W", f32({32, 32}), around(0, 0.3));
    const ValueId biased =
        net.function(Function::add, {net.add("mm", MatmulAttrs{}, {x, w}), net.per_channel(32, 0)});
    const ValueId erf = net.function(
        Function::erf, {net.function(Function::div, {biased, net.number(std::sqrt(2.0))})});
    const ValueId gate = net.function(Function::add, {erf, net.number(1)});
    const ValueId half = net.function(Function::mul, {biased, gate});
    const ValueId gelu = net.function(Function::mul, {half, net.number(0.5)});
    const ValueId sum = net.function(Function::add, {gelu, x});
    net.output(net.add("norm", NormAttrs{}, {sum, net.per_channel(32, 1), net.per_channel(32, 0)}),
               "y");
    CHECK_THAT(run(net.finish()), Catch::Contains("1 activations named") &&
                                      Catch::Contains("2 epilogues") &&
                                      Catch::Contains("1 residuals"));
}

TEST_CASE("what somebody else reads is not merged away") {
    Net net;
    const ValueId x = net.input("x", f32({1, 8, 6, 6}), around(0, 1));
    const ValueId first = net.conv(x, 8, 3, padded());
    const ValueId second = net.relu(first);
    const ValueId flat = net.reshape(first, {8, 36});  // a view: seen as it lies
    net.output(second, "relu");
    net.output(net.function(Function::abs, {flat}), "abs");
    CHECK_THAT(run(net.finish()), Catch::Contains("0 epilogues"));
}

TEST_CASE("without the extension asked for, the same graph runs node by node") {
    Net net;
    const ValueId x = net.input("x", f32({1, 8, 6, 6}), around(0, 1));
    net.output(net.relu(net.conv(x, 8, 3, padded())), "y");
    const Queue queue = cpu().queue();
    const GraphOnDevice on(net.finish(), seed, cpu(), queue);
    CHECK_THAT(on.prepared().path, Catch::Contains("2 nodes"));
    CHECK_THAT(on.prepared().path, !Catch::Contains("whole graph"));
}

}  // namespace assay
