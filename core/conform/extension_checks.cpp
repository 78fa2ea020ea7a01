// SPDX-License-Identifier: Apache-2.0
// Group J: graph, program, cache and replay, each only if offered. Not tried: the ports of a
// program (needs a model in a format of the plugin) and collectives (needs two processes).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "assay/ext/cache.h"
#include "assay/ext/graph.h"
#include "assay/ext/program.h"
#include "assay/ext/replay.h"
#include "core/base/clock.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/rig.hpp"
#include "core/conform/samples.hpp"
#include "core/host/operator.hpp"

namespace assay {
namespace {

// ---------------------------------------------------------------- J56

/// E = (A B) D, B a constant: two matmuls and five values as the structs of graph.h. With
/// `first_row` the second reads A B from that row on, as a view of it.
class ChainGraph {
public:
    ChainGraph(const Op& first, const Op& second, const Block& constant,
               std::uint64_t first_row = 0)
        : first_(first), second_(second) {
        const auto value = [this](std::size_t i, std::int32_t kind, const char* name,
                                  const assay_tensor_desc* desc) {
            values_.at(i) = {.struct_size = sizeof(assay_graph_value),
                             .kind = kind,
                             .name = name,
                             .desc = desc,
                             .data = nullptr,
                             .data_bytes = 0};
        };
        value(0, ASSAY_VALUE_INPUT, "A", first_.desc().inputs[0]);
        value(1, ASSAY_VALUE_CONST, "B", first_.desc().inputs[1]);
        value(2, ASSAY_VALUE_TEMP, "C", first_.desc().outputs[0]);
        value(3, ASSAY_VALUE_INPUT, "D", second_.desc().inputs[1]);
        value(4, ASSAY_VALUE_OUTPUT, "E", second_.desc().outputs[0]);
        value(5, ASSAY_VALUE_TEMP, "rows of C", second_.desc().inputs[0]);
        if (first_row > 0) {
            values_[5].view_of = 2 + 1;
            values_[5].view_offset = first_row * bytes(first.outputs[0].dtype, 1) *
                                     static_cast<std::uint64_t>(first.outputs[0].dims.back());
            inputs_[1][0] = 5;
        }
        values_[1].data = constant.data();
        values_[1].data_bytes = constant.size();
        operators_ = {first_.desc(), second_.desc()};
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            nodes_.at(i) = {.struct_size = sizeof(assay_graph_node),
                            .reserved0 = 0,
                            .name = "matmul",
                            .op = &operators_.at(i),
                            .inputs = inputs_.at(i).data(),
                            .outputs = &outputs_.at(i)};
            node_list_.at(i) = &nodes_.at(i);
        }
        for (std::size_t i = 0; i < values_.size(); ++i) value_list_.at(i) = &values_.at(i);
        graph_ = {.struct_size = sizeof(assay_graph),
                  .num_values = first_row > 0 ? 6U : 5U,
                  .num_nodes = static_cast<std::uint32_t>(nodes_.size()),
                  .reserved0 = 0,
                  .values = value_list_.data(),
                  .nodes = node_list_.data(),
                  .name = "two matmuls"};
    }
    ChainGraph(const ChainGraph&) = delete;
    ChainGraph& operator=(const ChainGraph&) = delete;

    [[nodiscard]] const assay_graph& graph() const { return graph_; }
    /// Makes the second node an operator that does not exist.
    void spoil() { operators_[1].op = 9999; }

private:
    Operator first_, second_;
    std::array<assay_op_desc, 2> operators_{};
    std::array<assay_graph_value, 6> values_{};
    std::array<assay_graph_node, 2> nodes_{};
    std::array<const assay_graph_value*, 6> value_list_{};
    std::array<const assay_graph_node*, 2> node_list_{};
    std::array<std::array<std::uint32_t, 2>, 2> inputs_{{{0, 1}, {2, 3}}};
    std::array<std::uint32_t, 2> outputs_{2, 4};
    assay_graph graph_{};
};

std::int32_t node_level(const assay_ext_graph& graphs, const Rig& rig, const ChainGraph& chain,
                        std::uint32_t node) {
    auto support = sized_struct<assay_op_support>();
    const assay_status status =
        graphs.node_query(rig.device(), &chain.graph(), node, &support, nullptr);
    require(status == ASSAY_OK, fmt::format("node_query: status {} for node {}", status, node));
    return support.level;
}

void check_unknown_node(const assay_ext_graph& graphs, const Rig& rig, ChainGraph& chain) {
    chain.spoil();
    require(node_level(graphs, rig, chain, 0) != ASSAY_SUPPORT_NONE &&
                node_level(graphs, rig, chain, 1) == ASSAY_SUPPORT_NONE,
            "node_query: does not tell the unknown operator from the known one");
    assay_exec* exec = nullptr;
    const assay_status status =
        graphs.compile(rig.device(), &chain.graph(), nullptr, 0, &exec, nullptr);
    require(status == ASSAY_ERR_UNSUPPORTED,
            fmt::format("compile: status {} for a graph with an unknown operator", status));
}

/// What a compiled chain gives, twice, must be `expected`.
void check_answer(const Rig& rig, const Exec& exec, const std::array<assay_binding, 2>& inputs,
                  const Block& expected, const char* fault) {
    const Buffer result = rig.alloc(expected.size());
    const std::array bindings{inputs[0], inputs[1],
                              assay_binding{result.get(), 0, expected.size()}};
    for (int i = 0; i < 2; ++i) {
        rig.fill(result, 0, expected.size(), 0xffffffffU);
        rig.enqueue(exec, bindings);
        rig.wait();
        require(rig.download(result, expected.size()) == expected, fault);
    }
}

/// The second matmul reads the rows of the first one's result from the second row on. A plugin may
/// refuse views, and must not take one for memory of its own.
void check_view(const assay_ext_graph& graphs, const Rig& rig, const Stand& first) {
    const Block between = first.answer().front();
    const std::size_t row = between.size() / 5;
    const Stand second(rig, offered_matmul(rig, {4, 4, 7}), {}, Distribution::integers);
    const Stand direct(rig, second.op(),
                       {Block(between.begin() + static_cast<std::ptrdiff_t>(row), between.end()),
                        second.inputs()[1]});
    const Block constant = first.inputs()[1];
    const ChainGraph chain(first.op(), second.op(), constant, 1);
    assay_exec* made = nullptr;
    const assay_status status =
        graphs.compile(rig.device(), &chain.graph(), nullptr, 0, &made, nullptr);
    if (status == ASSAY_ERR_UNSUPPORTED || status == ASSAY_ERR_NEWER) return;
    require(status == ASSAY_OK, fmt::format("compile: status {} for a graph with a view", status));
    const Exec exec(made, rig.table().exec_destroy);
    check_answer(rig, exec, {first.bindings()[0], second.bindings()[1]}, direct.answer().front(),
                 "a graph with a view gives another answer than its operators");
}

// ---------------------------------------------------------------- J58

/// The shortest time in which `bytes` are copied, with `before` ahead of each time.
template <class Before>
double copy_ns(const Rig& rig, const Buffer& to, const Buffer& from, std::uint64_t bytes,
               const Before& before) {
    double best = 1e18;
    for (int i = 0; i < 20; ++i) {
        before();
        rig.wait();
        const std::uint64_t start = now_ns();
        rig.copy(to, 0, from, bytes);
        rig.wait();
        best = std::min(best, static_cast<double>(now_ns() - start));
    }
    return best;
}

}  // namespace

std::string check_graph(const Candidate& candidate) {
    const Rig rig(candidate);
    const auto* graphs = rig.guest().extension<assay_ext_graph>(ASSAY_EXT_GRAPH);
    if (graphs == nullptr) skip_check("assay.graph/1 is not offered");
    // Small integers: sums are exact, so that a fused graph has the same bits.
    const Stand first(rig, offered_matmul(rig, {5, 7, 6}), {}, Distribution::integers);
    const Stand second(rig, offered_matmul(rig, {5, 4, 7}), {}, Distribution::integers);
    const Block between = first.answer().front();
    Stand direct(rig, second.op(), {between, second.inputs()[1]});
    const Block expected = direct.answer().front();

    Block constant = first.inputs()[1];
    ChainGraph chain(first.op(), second.op(), constant);
    assay_exec* made = nullptr;
    const assay_status status =
        graphs->compile(rig.device(), &chain.graph(), nullptr, 0, &made, nullptr);
    require(status == ASSAY_OK, fmt::format("compile: status {}", status));
    const Exec exec(made, rig.table().exec_destroy);
    std::fill(constant.begin(), constant.end(), std::byte{0xff});  // valid during compile only
    check_answer(rig, exec, {first.bindings()[0], second.bindings()[1]}, expected,
                 "a graph of two matmuls gives another answer than the two, one after the other");
    check_view(*graphs, rig, first);
    check_unknown_node(*graphs, rig, chain);
    return "";
}

std::string check_program(const Candidate& candidate) {
    const Rig rig(candidate);
    const auto* programs = rig.guest().extension<assay_ext_program>(ASSAY_EXT_PROGRAM);
    if (programs == nullptr) skip_check("assay.program/1 is not offered");
    const auto refuses = [&](const char* format, const Block& bytes, const char* what) {
        assay_exec* exec = nullptr;
        const assay_status status =
            programs->load(rig.device(), format, nullptr, bytes.data(), bytes.size(), nullptr, 0,
                           nullptr, 0, &exec, nullptr);
        require(status < 0, fmt::format("program: load: status {} for {}", status, what));
    };
    const Block rubbish = random_block(1000, rig.seed());
    refuses("assay-no-such-format", rubbish, "an unknown format");
    constexpr std::uint32_t most = 100;
    std::uint32_t count = 0;
    for (const char* format = nullptr; (format = programs->format(count)) != nullptr; ++count) {
        require(count < most, "program: format: its list does not end");
        refuses(format, rubbish, "random bytes");
        refuses(format, {}, "no bytes");
        assay_exec* exec = nullptr;
        require(programs->load(rig.device(), format, "/no/such/file", nullptr, 0, nullptr, 0,
                               nullptr, 0, &exec, nullptr) < 0,
                "program: load: loads a file that does not exist");
    }
    require(count > 0, "program: format: there is none");
    return "";
}

std::string check_cache(const Candidate& candidate) {
    constexpr std::uint64_t bytes = 1U << 18U;
    const Rig rig(candidate);
    const auto* cache = rig.guest().extension<assay_ext_cache>(ASSAY_EXT_CACHE);
    if (cache == nullptr) skip_check("assay.cache/1 is not offered");
    const Buffer from = rig.alloc(bytes), to = rig.alloc(bytes);
    const Block content = random_block(bytes, rig.seed());
    rig.upload(from, content);
    const double hot_ns = copy_ns(rig, to, from, bytes, [] {});
    const double cold_ns = copy_ns(rig, to, from, bytes, [&] {
        const assay_status status = cache->flush(rig.queue(), nullptr);
        require(status == ASSAY_OK, fmt::format("cache: flush: status {}", status));
    });
    require(rig.download(from, bytes) == content && rig.download(to, bytes) == content,
            "cache: flush: buffers hold something else after it");
    return cold_ns < 1.1 * hot_ns
               ? fmt::format("cache: a copy takes {:.1f} us after a flush, {:.1f} us without",
                             cold_ns * 1e-3, hot_ns * 1e-3)
               : "";
}

std::string check_replay(const Candidate& candidate) {
    const Rig rig(candidate);
    const auto* replay = rig.guest().extension<assay_ext_replay>(ASSAY_EXT_REPLAY);
    if (replay == nullptr) skip_check("assay.replay/1 is not offered");
    const Stand stand(rig, offered_matmul(rig, {6, 9, 8}));
    const std::vector<Block> direct = stand.answer();
    const std::uint64_t bytes = direct.front().size();
    const Buffer copied = rig.alloc(bytes);
    const assay_binding result = stand.bindings().back();
    stand.poison();
    const Block poisoned = stand.outputs().front();
    require(replay->begin(rig.queue(), nullptr) == ASSAY_OK, "replay: begin: fails");
    stand.enqueue();
    const assay_status status =
        rig.table().copy_on_device(rig.queue(), copied.get(), 0, result.buffer, 0, bytes, nullptr);
    assay_exec* made = nullptr;
    require(status == ASSAY_OK && replay->end(rig.queue(), &made, nullptr) == ASSAY_OK,
            "replay: recording fails");
    const Exec exec(made, rig.table().exec_destroy);
    rig.wait();
    require(stand.outputs().front() == poisoned, "replay: work runs while it is recorded");
    for (int i = 0; i < 3; ++i) {
        stand.poison();
        rig.enqueue(exec, {});
        rig.wait();
        require(stand.outputs() == direct, "replay: another answer than the direct call's");
        require(rig.download(copied, bytes) == direct.front(), "replay: its copy is another");
    }
    return "";
}

}  // namespace assay
