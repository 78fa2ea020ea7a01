// SPDX-License-Identifier: Apache-2.0
// See replay.hpp.
#include "replay.hpp"

#include <memory>

#include "queue.hpp"

namespace assay::cuda {
namespace {

using Graph = Handle<cudaGraph_t, cudaGraphDestroy>;
using GraphExec = Handle<cudaGraphExec_t, cudaGraphExecDestroy>;

class ReplayExec final : public sdk::Exec {
public:
    /// Ends the recording of `queue`.
    explicit ReplayExec(StreamQueue& queue) : device_(queue.device()), faults_(queue.watched()) {
        use(device_);
        const auto graph = made<Graph, cudaGraph_t>("cudaStreamEndCapture", [&](cudaGraph_t* out) {
            return cudaStreamEndCapture(queue.stream(), out);
        });
        check(cudaGraphGetNodes(graph.get(), nullptr, &nodes_), "cudaGraphGetNodes");
        exec_ = made<GraphExec, cudaGraphExec_t>("cudaGraphInstantiate", [&](cudaGraphExec_t* out) {
            return cudaGraphInstantiate(out, graph.get(), 0);
        });
    }

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override {
        if (bindings.size() != 0) {
            sdk::fail(ASSAY_ERR_INVALID, "a replay: %u bindings, it takes none", bindings.size());
        }
        StreamQueue& to = stream_queue(queue);
        use(device_);
        check(cudaGraphLaunch(exec_.get(), to.stream()), "cudaGraphLaunch");
        if (faults_ != nullptr) to.watch(faults_);
    }

    void describe(assay_exec_info& info) override {
        info.level = ASSAY_SUPPORT_NATIVE;
        info.launches = static_cast<std::uint32_t>(nodes_);
        sdk::put(info.path, "CUDA graph of " + std::to_string(nodes_) + " nodes");
    }

private:
    int device_;
    int* faults_;  ///< null, or what the recorded work sets for a wrong index
    std::size_t nodes_ = 0;
    GraphExec exec_;
};

assay_status ASSAY_CALL begin(assay_queue* queue, assay_error* err) {
    return sdk::detail::attempt(err, [&] {
        StreamQueue& from = stream_queue(sdk::detail::as<sdk::Queue>(queue));
        use(from.device());
        check(cudaStreamBeginCapture(from.stream(), cudaStreamCaptureModeThreadLocal),
              "cudaStreamBeginCapture");
    });
}

assay_status ASSAY_CALL end(assay_queue* queue, assay_exec** out, assay_error* err) {
    return sdk::detail::attempt(err, [&] {
        StreamQueue& from = stream_queue(sdk::detail::as<sdk::Queue>(queue));
        std::unique_ptr<sdk::Exec> replay = std::make_unique<ReplayExec>(from);
        sdk::detail::give(sdk::detail::target(out), std::move(replay));
    });
}

constexpr assay_ext_replay table = {sizeof(assay_ext_replay), 0, begin, end};

}  // namespace

const assay_ext_replay* replay_table() {
    return &table;
}

}  // namespace assay::cuda
