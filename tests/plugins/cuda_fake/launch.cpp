// SPDX-License-Identifier: Apache-2.0
// See fake.hpp: kernels as loops of the host over their items, each with the one lane it has.
#include "kernels/dispatch.hpp"
#include "tests/plugins/cuda_fake/fake.hpp"

namespace assay::cuda {
namespace {

struct Launcher {
    template <class Function, bool by_lanes>
    void run(const Call& call) const {
        for (std::int64_t item = 0; item < call.items; ++item) {
            Function::run(call.arguments, item, Lanes{});
        }
    }
};

}  // namespace

cudaError_t launch(const Call& call, cudaStream_t stream) {
    if (test::cuda_fake::fails("launch")) return cudaErrorLaunchFailure;
    test::cuda_fake::alive(stream, "stream", "launch");
    if (call.items < 1) test::cuda_fake::note_misuse("a launch of nothing");
    test::cuda_fake::perform(stream, [call] { dispatch(call, Launcher{}); });
    return cudaSuccess;
}

cudaError_t load(const Call&) {
    const auto& here = test::cuda_fake::machine();
    if (test::cuda_fake::fails("load")) return cudaErrorUnknown;
    return here.major < 8 ? cudaErrorNoKernelImageForDevice : cudaSuccess;
}

}  // namespace assay::cuda
