// SPDX-License-Identifier: Apache-2.0
// A plugin said no. Its status decides whether the case is skipped, failed, or the worker ends.
#pragma once

#include <string>

#include "assay/abi.h"
#include "core/base/error.hpp"

namespace assay {

class PluginError : public Error {
public:
    PluginError(assay_status status, const std::string& text) : Error(text), status_(status) {}
    [[nodiscard]] assay_status status() const { return status_; }
    /// Unsupported, too new, or out of memory: the case is skipped, not failed.
    [[nodiscard]] bool is_skip() const;
    /// Nothing more works in this process.
    [[nodiscard]] bool device_lost() const;

private:
    assay_status status_;
};

/// Calls made through `call` throw PluginError "CALL: MESSAGE (status NAME, native CODE)".
void check_status(assay_status status, const assay_error& error, const char* call);

}  // namespace assay
