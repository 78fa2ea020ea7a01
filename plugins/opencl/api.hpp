// SPDX-License-Identifier: Apache-2.0
// The one place that includes OpenCL: its C interface, objects that release themselves, and every
// status checked. Written for 1.2, which every driver has.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include "assay/sdk.hpp"

namespace assay::opencl {

/// "CL_OUT_OF_RESOURCES", or the number when this file does not know it.
std::string status_name(cl_int status);

/// Throws sdk::Error with the status's name unless it is CL_SUCCESS; `what`: the call and on what.
/// A want of memory is NO_DEVICE_MEMORY or NO_HOST_MEMORY, a lost device DEVICE_LOST.
void check(cl_int status, const char* what);

/// An object of OpenCL, released once.
template <class T, cl_int(CL_API_CALL* release)(T)>
class Handle {
public:
    Handle() = default;
    explicit Handle(T object) : object_(object) {}
    ~Handle() {
        if (object_ != nullptr) release(object_);
    }
    Handle(Handle&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }

    T get() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }

private:
    T object_ = nullptr;
};

using Context = Handle<cl_context, clReleaseContext>;
using CommandQueue = Handle<cl_command_queue, clReleaseCommandQueue>;
using Memory = Handle<cl_mem, clReleaseMemObject>;
using Program = Handle<cl_program, clReleaseProgram>;
using Kernel = Handle<cl_kernel, clReleaseKernel>;
using CommandEvent = Handle<cl_event, clReleaseEvent>;

/// A fact of a device or platform; `fallback` where the driver does not know the question.
template <class T>
T fact(cl_device_id device, cl_device_info what, T fallback = T{}) {
    T value{};
    return clGetDeviceInfo(device, what, sizeof value, &value, nullptr) == CL_SUCCESS ? value
                                                                                      : fallback;
}
std::string text_fact(cl_device_id device, cl_device_info what);
std::string text_fact(cl_platform_id platform, cl_platform_info what);

/// Whether `extension` is in the device's list.
bool has_extension(cl_device_id device, const std::string& extension);
bool has_f64(cl_device_id device);

}  // namespace assay::opencl
