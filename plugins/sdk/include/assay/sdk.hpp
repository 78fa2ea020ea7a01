// SPDX-License-Identifier: Apache-2.0
// The C++17 layer over assay/plugin.h for plugin authors: header-only, compiled into the plugin,
// nothing C++ crosses the boundary. Derive from Plugin, Device and Exec, end with
// ASSAY_PLUGIN(Class).
#pragma once

#include "assay/sdk/error.hpp"
#include "assay/sdk/glue.hpp"
#include "assay/sdk/host.hpp"
#include "assay/sdk/host_device.hpp"
#include "assay/sdk/interface.hpp"
#include "assay/sdk/matmul.hpp"
#include "assay/sdk/op.hpp"
#include "assay/sdk/options.hpp"
#include "assay/sdk/structs.hpp"

/// Emits the one exported symbol. Class: derived from assay::sdk::Plugin.
#define ASSAY_PLUGIN(Class)                                                         \
    extern "C" ASSAY_EXPORT assay_status ASSAY_CALL assay_plugin_entry_v0(          \
        const assay_host* host_table, const assay_plugin** out, assay_error* err) { \
        return ::assay::sdk::detail::entry<Class>(host_table, out, err);            \
    }
