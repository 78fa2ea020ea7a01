// SPDX-License-Identifier: Apache-2.0
// See launch.hpp: the functions of one item as kernels of CUDA.
#include <algorithm>

#include "kernels/dispatch.hpp"

namespace assay::cuda {
namespace {

constexpr int block = 256;  // chosen: eight warps, which any device runs

/// One thread for each item, or one warp. Items beyond the grid come in turns.
template <class Function, bool by_lanes>
__global__ void run_items(const __grid_constant__ Arguments arguments, std::int64_t items) {
    constexpr int threads = by_lanes ? 32 : 1;
    const std::int64_t thread = std::int64_t{blockIdx.x} * block + threadIdx.x;
    const std::int64_t step = std::int64_t{gridDim.x} * block / threads;
    const Lanes lanes{static_cast<int>(thread % threads)};
    for (std::int64_t item = thread / threads; item < items; item += step) {
        Function::run(arguments, item, lanes);
    }
}

struct Launcher {
    cudaStream_t stream;

    template <class Function, bool by_lanes>
    void run(const Call& call) const {
        constexpr std::int64_t most_blocks = 1 << 20;  // chosen: more than fills any device
        const std::int64_t threads = call.items * (by_lanes ? 32 : 1);
        const std::int64_t blocks = std::min((threads + block - 1) / block, most_blocks);
        run_items<Function, by_lanes>
            <<<static_cast<unsigned>(blocks), block, 0, stream>>>(call.arguments, call.items);
    }
};

/// CUDA loads a kernel when it is first asked about.
struct Loader {
    cudaError_t* status;

    template <class Function, bool by_lanes>
    void run(const Call&) const {
        cudaFuncAttributes attributes;
        *status = cudaFuncGetAttributes(&attributes, run_items<Function, by_lanes>);
    }
};

}  // namespace

cudaError_t launch(const Call& call, cudaStream_t stream) {
    dispatch(call, Launcher{stream});
    return cudaGetLastError();
}

cudaError_t load(const Call& call) {
    cudaError_t status = cudaSuccess;
    dispatch(call, Loader{&status});
    return status;
}

}  // namespace assay::cuda
