// SPDX-License-Identifier: Apache-2.0
// Names of status codes, and which of them skip a case or end a process (assay/abi.h).
#include "core/host/plugin_error.hpp"

#include <array>
#include <utility>

#include "core/host/codes.hpp"

namespace assay {
namespace {

constexpr std::array<std::pair<assay_status, const char*>, 13> status_names{{
    {ASSAY_OK, "OK"},
    {ASSAY_NOT_READY, "NOT_READY"},
    {ASSAY_ERR_INVALID, "INVALID"},
    {ASSAY_ERR_UNSUPPORTED, "UNSUPPORTED"},
    {ASSAY_ERR_NEWER, "NEWER"},
    {ASSAY_ERR_NO_HOST_MEMORY, "NO_HOST_MEMORY"},
    {ASSAY_ERR_NO_DEVICE_MEMORY, "NO_DEVICE_MEMORY"},
    {ASSAY_ERR_BUSY, "BUSY"},
    {ASSAY_ERR_DENIED, "DENIED"},
    {ASSAY_ERR_CANCELLED, "CANCELLED"},
    {ASSAY_ERR_BUILD, "BUILD"},
    {ASSAY_ERR_DEVICE_LOST, "DEVICE_LOST"},
    {ASSAY_ERR_INTERNAL, "INTERNAL"},
}};

std::string status_name(assay_status status) {
    for (const auto& [value, text] : status_names) {
        if (value == status) return text;
    }
    return std::to_string(status) + ", which the ABI does not define";
}

}  // namespace

bool PluginError::is_skip() const {
    return status_ == ASSAY_ERR_UNSUPPORTED || status_ == ASSAY_ERR_NEWER ||
           status_ == ASSAY_ERR_NO_HOST_MEMORY || status_ == ASSAY_ERR_NO_DEVICE_MEMORY;
}

bool PluginError::device_lost() const {
    return status_ == ASSAY_ERR_DEVICE_LOST;
}

void check_status(assay_status status, const assay_error& error, const char* call) {
    if (status == ASSAY_OK) return;
    std::string message(bounded_text(error.message));
    if (message.empty()) message = "the plugin gave no message";
    std::string text = std::string(call) + ": " + message + " (status " + status_name(status);
    if (error.native_code != 0) text += ", native " + std::to_string(error.native_code);
    throw PluginError(status, text + ")");
}

}  // namespace assay
