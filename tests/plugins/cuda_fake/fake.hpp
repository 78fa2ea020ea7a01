// SPDX-License-Identifier: Apache-2.0
// Plays the part of CUDA's runtime and cuBLASLt for the cuda plugin: one device, whose memory is
// the host's, whose streams run at once and whose events are stamps of the host's clock. It records
// what it is handed, refuses what CUDA's documents forbid, and lets the n-th call fail.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <cublasLt.h>
#include <cuda_runtime_api.h>

namespace assay::test::cuda_fake {

/// A matrix layout as it was described.
struct Layout {
    cudaDataType type = CUDA_R_32F;
    std::uint64_t rows = 0, columns = 0;
    std::int64_t leading = 0, batch_step = 0;
    std::int32_t batch = 1;
};

/// A matmul as it was described.
struct Description {
    cublasComputeType_t compute = CUBLAS_COMPUTE_32F;
    cudaDataType scale = CUDA_R_32F;
    std::int32_t bias_type = -1;  ///< -1: D's
    std::int32_t operation_a = CUBLAS_OP_N, operation_b = CUBLAS_OP_N;
    std::uint32_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
    std::int8_t fast_accumulation = 0;
    const void *bias = nullptr, *scale_a = nullptr, *scale_b = nullptr;
};

/// One cublasLtMatmul.
struct Multiplied {
    Layout a, b, c, d;
    Description how;
    double alpha = 1, beta = 0;
    const void *a_at = nullptr, *b_at = nullptr, *c_at = nullptr, *d_at = nullptr;
    int algorithm = 0;
    std::size_t workspace_bytes = 0;
    bool same_place = false;  ///< C is D
};

struct Preferred {
    std::uint64_t workspace_bytes = 0;
    std::uint32_t reduction_schemes = CUBLASLT_REDUCTION_SCHEME_MASK;
    std::uint32_t alignments[4] = {256, 256, 256, 256};
};

/// The state of the pretended machine. Algorithms have numbers from 1 on; of those that cuBLASLt
/// proposes, number `dishonest` computes with fewer bits than it is asked for, and says so.
struct Machine {
    static constexpr int algorithms = 5, dishonest = 4;

    // What a test may set.
    int devices = 1;
    int major = 9, minor = 0;
    cudaError_t count_status = cudaSuccess;  ///< of cudaGetDeviceCount
    int driver_version = 13000;
    std::uint64_t fail_call = 0;  ///< the call that fails, counted from 1; 0: none
    std::uint64_t memory_bytes = std::uint64_t{8} << 30;
    bool concurrent_managed = true;
    bool records = false;  ///< keeps `multiplied` and `preferred`
    /// Not empty: the clock is virtual, and a matmul by algorithm i takes so many of its ms.
    std::map<int, double> milliseconds;

    // What it has seen.
    std::uint64_t calls = 0;  ///< those that can fail
    std::string failed;       ///< the function that was made to
    std::vector<Multiplied> multiplied;
    std::vector<Preferred> preferred;
    std::vector<std::string> misuse;  ///< what CUDA would not have taken, or not survived
    std::map<void*, std::uint64_t> memory;
    std::map<void*, std::string> objects;
    std::uint64_t used_bytes = 0;
    double virtual_ms = 0;
    /// What is put on a stream while it is captured, by stream.
    std::map<void*, std::vector<std::function<void()>>> captured;

    /// Nothing is left of what was created.
    bool clean() const { return memory.empty() && objects.empty(); }
    /// Whether [at, at + bytes) lies in memory that was allocated.
    bool owns(const void* at, std::uint64_t bytes) const;
};

Machine& machine();

/// Counts a call that may fail; true when it must.
bool fails(const char* function);
/// Does it, or keeps it when the stream is captured.
void perform(cudaStream_t stream, const std::function<void()>& work);
void note_misuse(const std::string& what);
/// Whether the object is alive and of that kind; noted otherwise.
bool alive(const void* object, const char* kind, const char* function);

/// What was described; an object that is not alive is noted.
Layout& layout_of(cublasLtMatrixLayout_t layout);
Description& description_of(cublasLtMatmulDesc_t description);

/// Whether this thread has chosen a device; noted otherwise.
bool chosen(const char* function);
/// Whether some algorithm of cuBLASLt does it: CUBLAS_STATUS_SUCCESS.
cublasStatus_t status_of(const Multiplied& what);

/// The product, in memory: cublasLtMatmul after its checks.
void multiply(const Multiplied& what, int algorithm);

}  // namespace assay::test::cuda_fake
