// SPDX-License-Identifier: Apache-2.0
// See fake.hpp: CUDA's graphs: what was put on a stream while it was captured.
#include "tests/plugins/cuda_fake/fake.hpp"

namespace assay::test::cuda_fake {
namespace {

using Nodes = std::vector<std::function<void()>>;

template <class Handle>
void create(Handle* to, const Nodes& nodes, const char* kind) {
    *to = reinterpret_cast<Handle>(new Nodes(nodes));
    machine().objects[*to] = kind;
}

cudaError_t destroy(void* object, const char* kind) {
    if (!alive(object, kind, "destroy")) return cudaErrorInvalidValue;
    machine().objects.erase(object);
    delete static_cast<Nodes*>(object);
    return cudaSuccess;
}

}  // namespace

void perform(cudaStream_t stream, const std::function<void()>& work) {
    const auto found = machine().captured.find(stream);
    if (found == machine().captured.end()) return work();
    found->second.push_back(work);
}

}  // namespace assay::test::cuda_fake

using namespace assay::test::cuda_fake;

extern "C" {

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
    if (fails("cudaStreamBeginCapture")) return cudaErrorUnknown;
    alive(stream, "stream", "cudaStreamBeginCapture");
    if (machine().captured.count(stream) != 0) return cudaErrorIllegalState;
    machine().captured[stream] = {};
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    const auto found = machine().captured.find(stream);
    if (found == machine().captured.end()) return cudaErrorIllegalState;
    const Nodes nodes = found->second;
    machine().captured.erase(found);
    if (fails("cudaStreamEndCapture")) return cudaErrorUnknown;
    create(graph, nodes, "graph");
    return cudaSuccess;
}

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t*, size_t* count) {
    if (fails("cudaGraphGetNodes")) return cudaErrorUnknown;
    if (!alive(graph, "graph", "cudaGraphGetNodes")) return cudaErrorInvalidValue;
    *count = reinterpret_cast<Nodes*>(graph)->size();
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
    if (fails("cudaGraphInstantiate")) return cudaErrorUnknown;
    if (!alive(graph, "graph", "cudaGraphInstantiate")) return cudaErrorInvalidValue;
    create(exec, *reinterpret_cast<Nodes*>(graph), "graph executable");
    return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
    if (fails("cudaGraphLaunch")) return cudaErrorUnknown;
    alive(stream, "stream", "cudaGraphLaunch");
    if (!alive(exec, "graph executable", "cudaGraphLaunch")) return cudaErrorInvalidValue;
    for (const auto& node : *reinterpret_cast<Nodes*>(exec)) perform(stream, node);
    return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    return destroy(graph, "graph");
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
    return destroy(exec, "graph executable");
}

}  // extern "C"
