// SPDX-License-Identifier: Apache-2.0
// See api.hpp.
#include "api.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace assay::opencl {
namespace {

constexpr cl_int platform_not_found = -1001;  // CL_PLATFORM_NOT_FOUND_KHR of cl_ext.h

struct Name {
    cl_int status;
    const char* name;
    assay_status code = ASSAY_ERR_INTERNAL;
};
#define ROW(status) status, #status
constexpr Name names[] = {
    {ROW(CL_DEVICE_NOT_FOUND)},
    {ROW(CL_DEVICE_NOT_AVAILABLE), ASSAY_ERR_BUSY},
    {ROW(CL_COMPILER_NOT_AVAILABLE), ASSAY_ERR_UNSUPPORTED},
    {ROW(CL_MEM_OBJECT_ALLOCATION_FAILURE), ASSAY_ERR_NO_DEVICE_MEMORY},
    {ROW(CL_OUT_OF_RESOURCES), ASSAY_ERR_NO_DEVICE_MEMORY},
    {ROW(CL_OUT_OF_HOST_MEMORY), ASSAY_ERR_NO_HOST_MEMORY},
    {ROW(CL_PROFILING_INFO_NOT_AVAILABLE), ASSAY_ERR_INVALID},
    {ROW(CL_MEM_COPY_OVERLAP), ASSAY_ERR_INVALID},
    {ROW(CL_BUILD_PROGRAM_FAILURE), ASSAY_ERR_BUILD},
    {ROW(CL_COMPILE_PROGRAM_FAILURE), ASSAY_ERR_BUILD},
    {ROW(CL_LINK_PROGRAM_FAILURE), ASSAY_ERR_BUILD},
    {ROW(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST)},
    {ROW(CL_INVALID_VALUE)},
    {ROW(CL_INVALID_PLATFORM)},
    {ROW(CL_INVALID_DEVICE)},
    {ROW(CL_INVALID_CONTEXT)},
    {ROW(CL_INVALID_QUEUE_PROPERTIES)},
    {ROW(CL_INVALID_COMMAND_QUEUE)},
    {ROW(CL_INVALID_MEM_OBJECT)},
    {ROW(CL_INVALID_BINARY)},
    {ROW(CL_INVALID_BUILD_OPTIONS)},
    {ROW(CL_INVALID_PROGRAM)},
    {ROW(CL_INVALID_PROGRAM_EXECUTABLE)},
    {ROW(CL_INVALID_KERNEL_NAME)},
    {ROW(CL_INVALID_KERNEL)},
    {ROW(CL_INVALID_ARG_INDEX)},
    {ROW(CL_INVALID_ARG_VALUE)},
    {ROW(CL_INVALID_ARG_SIZE)},
    {ROW(CL_INVALID_KERNEL_ARGS)},
    {ROW(CL_INVALID_WORK_DIMENSION)},
    {ROW(CL_INVALID_WORK_GROUP_SIZE)},
    {ROW(CL_INVALID_WORK_ITEM_SIZE)},
    {ROW(CL_INVALID_EVENT_WAIT_LIST)},
    {ROW(CL_INVALID_EVENT)},
    {ROW(CL_INVALID_OPERATION)},
    {ROW(CL_INVALID_BUFFER_SIZE), ASSAY_ERR_NO_DEVICE_MEMORY},
    {ROW(CL_INVALID_GLOBAL_WORK_SIZE)},
    {platform_not_found, "CL_PLATFORM_NOT_FOUND_KHR", ASSAY_ERR_UNSUPPORTED},
};
#undef ROW

const Name* row_of(cl_int status) {
    for (const Name& row : names)
        if (row.status == status) return &row;
    return nullptr;
}

template <class Get>
std::string text_of(const Get& get) {
    std::size_t size = 0;
    if (get(0, nullptr, &size) != CL_SUCCESS || size == 0) return "";
    std::string text(size, '\0');
    if (get(size, text.data(), nullptr) != CL_SUCCESS) return "";
    text.resize(text.find_last_not_of(std::string("\0 ", 2)) + 1);
    return text;
}

}  // namespace

std::string status_name(cl_int status) {
    const Name* row = row_of(status);
    return row != nullptr ? row->name : "OpenCL status " + std::to_string(status);
}

void check(cl_int status, const char* what) {
    if (status == CL_SUCCESS) return;
    const Name* row = row_of(status);
    throw sdk::Error(row != nullptr ? row->code : ASSAY_ERR_INTERNAL,
                     std::string(what) + ": " + status_name(status), status);
}

std::string text_fact(cl_device_id device, cl_device_info what) {
    return text_of([=](std::size_t size, void* to, std::size_t* needed) {
        return clGetDeviceInfo(device, what, size, to, needed);
    });
}

std::string text_fact(cl_platform_id platform, cl_platform_info what) {
    return text_of([=](std::size_t size, void* to, std::size_t* needed) {
        return clGetPlatformInfo(platform, what, size, to, needed);
    });
}

bool has_extension(cl_device_id device, const std::string& extension) {
    std::istringstream all(text_fact(device, CL_DEVICE_EXTENSIONS));
    return std::find(std::istream_iterator<std::string>(all), {}, extension) !=
           std::istream_iterator<std::string>();
}

bool has_f64(cl_device_id device) {
    return fact<cl_device_fp_config>(device, CL_DEVICE_DOUBLE_FP_CONFIG) != 0;
}

}  // namespace assay::opencl
