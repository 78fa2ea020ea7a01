// SPDX-License-Identifier: Apache-2.0
// The smallest host there can be, over plain dlopen: what the tests of the ABI need and no more.
// core/host is the real one; this one shares nothing with it, nor with the SDK's own C++.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "assay/plugin.h"

using Bytes = std::vector<unsigned char>;
using Settings = std::map<std::string, std::string>;

/// A zeroed struct of this header's size.
template <class T>
T blank() {
    T made{};
    made.struct_size = sizeof(T);
    return made;
}

/// The host's table that load() gives; `log` counts lines.
const assay_host& host_table();

/// The plugin's entry function, loaded once per process.
assay_plugin_entry_fn entry_of(const std::string& path);

/// The plugin's table.
const assay_plugin& load(const std::string& path);

/// Bytes of an array, and back.
template <class T>
Bytes bytes_of(const std::vector<T>& values) {
    Bytes bytes(values.size() * sizeof(T));
    if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}
template <class T>
std::vector<T> values_of(const Bytes& bytes) {
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}

assay_tensor_desc tensor(assay_dtype dtype, const std::vector<std::int64_t>& dims);

/// A matmul to ask for; f32 unless said otherwise. Change what is needed, then call desc().
struct Problem {
    assay_tensor_desc a, b, d, bias{}, c{};
    assay_matmul_attrs attrs = blank<assay_matmul_attrs>();
    assay_op_desc op = blank<assay_op_desc>();

    Problem(std::vector<std::int64_t> a_dims, std::vector<std::int64_t> b_dims,
            std::vector<std::int64_t> d_dims);
    Problem(const Problem&) = delete;
    Problem& operator=(const Problem&) = delete;

    const assay_op_desc* desc();

private:
    const assay_tensor_desc* inputs_[4] = {};
    const assay_tensor_desc* outputs_[1] = {};
};

/// One open device with one queue; closes what it opened. Failures of calls that must work throw.
class Session {
public:
    explicit Session(const std::string& path, const Settings& settings = {},
                     std::uint32_t index = 0);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    assay_exec* prepare(const assay_op_desc* op);
    assay_op_support query(const assay_op_desc* op);
    assay_buffer* buffer(std::uint64_t bytes);
    void upload(assay_buffer* to, const Bytes& bytes);
    Bytes download(assay_buffer* from, std::uint64_t bytes);
    void wait();
    void enqueue(assay_exec* exec, const std::vector<assay_binding>& bindings);

    /// Runs once: inputs in the descriptor's order, an output of `output_bytes` poisoned before.
    Bytes run(const assay_op_desc* op, const std::vector<Bytes>& inputs,
              std::uint64_t output_bytes);

    const assay_plugin& plugin;
    assay_device* device = nullptr;
    assay_queue* queue = nullptr;
    assay_error error{};

private:
    void must(assay_status status);

    std::vector<assay_buffer*> buffers_;
    std::vector<assay_exec*> execs_;
};
