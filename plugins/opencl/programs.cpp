// SPDX-License-Identifier: Apache-2.0
// See programs.hpp.
#include "programs.hpp"

namespace assay::opencl {
namespace {

const char* text_of(const std::string& name) {
    for (const KernelText& row : kernel_texts())
        if (name == row.name) return row.text;
    sdk::fail(ASSAY_ERR_INTERNAL, "no kernels of name %s", name.c_str());
}

std::string build_log(cl_program program, cl_device_id device) {
    std::size_t size = 0;
    clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, nullptr, &size);
    std::string log(size, '\0');
    clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, size, log.data(), nullptr);
    for (char& letter : log)
        if (static_cast<unsigned char>(letter) < ' ') letter = ' ';
    constexpr std::size_t enough = 600;  // chosen: fits an error message beside the rest
    return log.substr(0, enough);
}

/// Options of every build: divisions and roots as exact as f32 has them, where a device can.
std::string always(cl_device_id device) {
    const auto able = fact<cl_device_fp_config>(device, CL_DEVICE_SINGLE_FP_CONFIG);
    const bool exact = (able & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0;
    return exact ? "-w -cl-fp32-correctly-rounded-divide-sqrt " : "-w ";
}

}  // namespace

cl_program Programs::built(const std::string& file, const std::string& macros) {
    const auto found = programs_.find(file + macros);
    if (found != programs_.end()) return found->second.get();
    const char* texts[] = {text_of("tensor"), text_of(file)};
    cl_int status = CL_SUCCESS;
    Program program(clCreateProgramWithSource(context_, 2, texts, nullptr, &status));
    check(status, "clCreateProgramWithSource");
    const std::string options = always(device_) + macros;
    status = clBuildProgram(program.get(), 1, &device_, options.c_str(), nullptr, nullptr);
    if (status != CL_SUCCESS) {
        throw sdk::Error(ASSAY_ERR_BUILD,
                         "kernels/" + file + ".cl with " + macros + ": " + status_name(status) +
                             ": " + build_log(program.get(), device_),
                         status);
    }
    return programs_.emplace(file + macros, std::move(program)).first->second.get();
}

Kernel Programs::kernel(const std::string& file, const std::string& macros, const char* name) {
    cl_int status = CL_SUCCESS;
    Kernel kernel(clCreateKernel(built(file, macros), name, &status));
    check(status, name);
    return kernel;
}

}  // namespace assay::opencl
