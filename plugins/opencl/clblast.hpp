// SPDX-License-Identifier: Apache-2.0
// CLBlast as far as matmul needs it: found when it is first asked for (dlopen), with declarations
// of our own, never linked. What it multiplies here is gemm_clblast.hpp's. Source of names and
// numbers: clblast_c.h of CLBlast 1.5.3; tests/plugins/opencl_clblast_test.cpp holds them against
// the header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "api.hpp"

namespace assay::opencl {

/// CLBlast's functions for one type of elements.
template <class T>
struct ClblastCalls {
    using Size = std::size_t;
    int (*workspace)(unsigned layout, unsigned turn_a, unsigned turn_b, Size m, Size n, Size k,
                     Size a_at, Size a_step, Size b_at, Size b_step, Size d_at, Size d_step,
                     cl_command_queue* queue, Size* bytes) = nullptr;
    int (*multiply)(unsigned layout, unsigned turn_a, unsigned turn_b, Size m, Size n, Size k,
                    T alpha, cl_mem a, Size a_at, Size a_step, cl_mem b, Size b_at, Size b_step,
                    T beta, cl_mem d, Size d_at, Size d_step, cl_command_queue* queue,
                    cl_event* event, cl_mem workspace) = nullptr;
    int (*batch)(unsigned layout, unsigned turn_a, unsigned turn_b, Size m, Size n, Size k, T alpha,
                 cl_mem a, Size a_at, Size a_step, Size a_next, cl_mem b, Size b_at, Size b_step,
                 Size b_next, T beta, cl_mem d, Size d_at, Size d_step, Size d_next, Size count,
                 cl_command_queue* queue, cl_event* event) = nullptr;
};

// CLBlastLayout, CLBlastTranspose
constexpr unsigned clblast_by_rows = 101, clblast_by_columns = 102;
constexpr unsigned clblast_as_it_is = 111, clblast_turned = 112;

/// Its kernels count elements in ints.
constexpr std::int64_t clblast_most_elements = 0x7fffffff;

/// D = alpha A B + beta D. A step leads from one line (a row, or a column) to the next, in
/// elements.
struct ClblastProduct {
    assay_dtype dtype = ASSAY_F32;  ///< f32 or f64
    unsigned layout = clblast_by_rows;
    unsigned turn_a = clblast_as_it_is, turn_b = clblast_as_it_is;
    std::size_t m = 0, n = 0, k = 0;
    std::size_t a_step = 0, b_step = 0, d_step = 0;
    double alpha = 1, beta = 0;
};

/// Where A, B and D begin, in elements.
struct ClblastPlaces {
    cl_mem a = nullptr, b = nullptr, d = nullptr;
    std::size_t a_at = 0, b_at = 0, d_at = 0;
};

/// The library, open until the process ends.
class Clblast {
public:
    /// `file` as dlopen takes it. Does not throw: see why_not().
    explicit Clblast(const char* file);
    Clblast(const Clblast&) = delete;
    Clblast& operator=(const Clblast&) = delete;

    /// "" when it can be called; else why not, one line.
    const std::string& why_not() const { return why_not_; }
    /// The file that was loaded, whose name ends with the version: "libclblast.so.1.5.3".
    const std::string& name() const { return name_; }

    /// Bytes for the copies that it makes of operands. `at_start`: each begins at element 0.
    std::size_t workspace_bytes(const ClblastProduct& product, bool at_start,
                                cl_command_queue queue) const;
    /// All of these put kernels on the queue and return; no event is taken: CLBlast's own is of its
    /// last kernel only. `workspace` may be null: then CLBlast allocates, in each call.
    void multiply(const ClblastProduct& product, const ClblastPlaces& places,
                  cl_command_queue queue, cl_mem workspace) const;
    /// `count` products of dense matrices that follow one another, the first at element 0.
    void multiply_batch(const ClblastProduct& product, const ClblastPlaces& places,
                        std::size_t count, cl_command_queue queue) const;
    /// Releases its compiled programs, which hold their contexts; also those of other devices,
    /// which are compiled again when they are needed.
    void forget() const;

private:
    void find_all(void* library);

    ClblastCalls<float> f32_;
    ClblastCalls<double> f64_;
    int (*clear_cache_)() = nullptr;
    std::string why_not_, name_;
};

/// "CLBlastInvalidLeadDimA", or what OpenCL calls that number.
std::string clblast_status_name(int code);

}  // namespace assay::opencl
