// SPDX-License-Identifier: Apache-2.0
// NVML, NVIDIA's management library, as far as sensors need it: found when it is first asked for
// (dlopen), with declarations of our own, never linked and no header of NVIDIA's. What it lacks, or
// cannot say, is a status, never a guess. Source of names and numbers: NVIDIA, "NVML API Reference
// Guide" (docs.nvidia.com/deploy/nvml-api).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "assay/ext/sensors.h"

namespace assay::cuda {

struct NvmlCalls;  ///< Functions that were found.

/// One answer; `value` only when `status` is ASSAY_OK.
struct NvmlValue {
    double value = 0;
    assay_status status = ASSAY_ERR_UNSUPPORTED;
};

/// The library, open until the process ends (it has threads and handlers of its own).
class Nvml {
public:
    /// `file` as dlopen takes it. Does not throw: see why_not().
    explicit Nvml(const char* file);
    ~Nvml();
    Nvml(const Nvml&) = delete;
    Nvml& operator=(const Nvml&) = delete;

    /// "" when it can be asked; else why not, one line.
    const std::string& why_not() const { return why_not_; }
    const NvmlCalls& calls() const { return *calls_; }
    /// NVML's words for one of its codes.
    std::string words(int code) const;

private:
    std::unique_ptr<NvmlCalls> calls_;
    std::string why_not_;
};

/// One device of it.
class NvmlDevice {
public:
    /// The device with this UUID ("GPU-…", as CUDA has it). Only where NVML does not know devices
    /// by UUID: the one at this PCI address, if it says that same UUID. A part of a chip (MIG) is
    /// not its board, whose sensors speak for all parts.
    NvmlDevice(const Nvml& nvml, const std::string& uuid, const std::string& pci_address);

    /// "" when it can be asked; else why not.
    const std::string& why_not() const { return why_not_; }

    NvmlValue joules() const;    ///< Since the driver was loaded.
    NvmlValue watts() const;     ///< As the driver averages it.
    NvmlValue celsius() const;   ///< Of the chip.
    NvmlValue clock_hz() const;  ///< Of the SMs.
    NvmlValue throttle() const;  ///< ASSAY_THROTTLE_* bits, now.

private:
    template <class Number, class Call, class... Arguments>
    NvmlValue ask(Call call, double scale, Arguments... arguments) const;

    const Nvml& nvml_;
    void* device_ = nullptr;
    std::string why_not_;
};

}  // namespace assay::cuda
