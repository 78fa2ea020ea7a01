// SPDX-License-Identifier: Apache-2.0
// The kernels of this plugin: their text, built once for each set of macros, and calls of them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "api.hpp"

namespace assay::opencl {

struct KernelText {
    const char* name;  ///< of the file, without .cl
    const char* text;
};
/// All of kernels/*.cl. "tensor" goes before each other one.
const std::vector<KernelText>& kernel_texts();

/// Built programs of one device.
class Programs {
public:
    Programs(cl_context context, cl_device_id device) : context_(context), device_(device) {}

    /// A kernel of its own: its arguments are nobody else's. `macros`: "-DT=float -DR=8". Throws
    /// BUILD with the compiler's first lines.
    Kernel kernel(const std::string& file, const std::string& macros, const char* name);

private:
    cl_program built(const std::string& file, const std::string& macros);

    cl_context context_;
    cl_device_id device_;
    std::map<std::string, Program> programs_;
};

/// How many work-items, of which so many in a group.
struct Grid {
    std::array<std::size_t, 3> global{1, 1, 1}, local{1, 1, 1};
};

/// One kernel with its arguments.
class Call {
public:
    Call() = default;
    explicit Call(Kernel kernel) : kernel_(std::move(kernel)) {}

    template <class T>
    void set(cl_uint index, const T& value) {
        check(clSetKernelArg(kernel_.get(), index, sizeof value, &value), "clSetKernelArg");
    }
    /// Puts it on the queue; returns at once.
    void enqueue(cl_command_queue queue, const Grid& grid) const {
        check(clEnqueueNDRangeKernel(queue, kernel_.get(), 3, nullptr, grid.global.data(),
                                     grid.local.data(), 0, nullptr, nullptr),
              "clEnqueueNDRangeKernel");
    }

private:
    Kernel kernel_;
};

}  // namespace assay::opencl
