// SPDX-License-Identifier: Apache-2.0
// The smallest host: loads a plugin by dlopen and speaks to it through the C ABI alone, so that the
// tests of a plugin, and the measure of the ABI's own cost, lean on no code of core/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/plugin.h"

namespace assay::test {

/// A struct of the ABI, zero but for its struct_size (rule R2).
template <class T>
T sized() {
    T value{};
    value.struct_size = sizeof(T);
    return value;
}

/// Throws std::runtime_error with the plugin's own message unless `status` is ASSAY_OK.
void require_ok(assay_status status, const assay_error& error, const char* what);

/// A plugin library, loaded until the process ends (R8: the library is never unloaded).
class LoadedPlugin {
public:
    /// Throws std::runtime_error when the file cannot be loaded or its entry refuses.
    explicit LoadedPlugin(const std::string& path);
    /// One that is linked into this program.
    explicit LoadedPlugin(assay_plugin_entry_fn entry);
    ~LoadedPlugin();
    LoadedPlugin(const LoadedPlugin&) = delete;
    LoadedPlugin& operator=(const LoadedPlugin&) = delete;

    const assay_plugin* operator->() const { return table_; }
    assay_plugin_info info() const;
    assay_device_info device_info(std::uint32_t index) const;

private:
    assay_host host_{};
    const assay_plugin* table_ = nullptr;
};

/// One open device of a plugin with one queue. The plugin must outlive it.
class Session {
public:
    explicit Session(const LoadedPlugin& plugin, const std::vector<assay_kv>& options = {});
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const assay_plugin& table() const { return *plugin_.operator->(); }
    assay_device* device() const { return device_; }
    assay_queue* queue() const { return queue_; }

private:
    const LoadedPlugin& plugin_;
    assay_device* device_ = nullptr;
    assay_queue* queue_ = nullptr;
};

/// Memory of a device that the host can see.
class Buffer {
public:
    Buffer(const Session& session, std::uint64_t bytes);
    ~Buffer();
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    void write(const std::vector<std::uint8_t>& bytes);
    std::vector<std::uint8_t> read() const;
    assay_binding binding() const { return {buffer_, 0, bytes_}; }
    void* host_pointer() const;

private:
    const Session& session_;
    assay_buffer* buffer_ = nullptr;
    std::uint64_t bytes_ = 0;
};

/// A matmul as tests state it: D [batch, m, n] = activation(A B + bias), all dense.
struct MatmulCase {
    std::int64_t m = 1, n = 1, k = 1, batch = 1;
    assay_dtype a = ASSAY_F32, b = ASSAY_F32, d = ASSAY_F32;
    assay_dtype bias = 0;  ///< 0: none.
    bool transpose_a = false, transpose_b = false;
    bool broadcast_a = false, broadcast_b = false;  ///< The operand has no batch of its own.
    bool constant_b = false;
    int activation = ASSAY_ACT_NONE;
    int math = ASSAY_MATH_STRICT;
    assay_dtype accumulator = 0;
    double alpha = 0;                          ///< 0 means 1.
    std::vector<std::int64_t> a_strides = {};  ///< Elements; empty: dense.
};

/// The descriptor of a MatmulCase and all it points at; not copyable, since it points into itself.
class MatmulDesc {
public:
    explicit MatmulDesc(const MatmulCase& matmul);
    MatmulDesc(const MatmulDesc&) = delete;
    MatmulDesc& operator=(const MatmulDesc&) = delete;
    const assay_op_desc* get() const { return &op_; }
    assay_op_desc& edit() { return op_; }

private:
    assay_tensor_desc a_, b_, bias_, d_;
    assay_matmul_attrs attrs_;
    const assay_tensor_desc* inputs_[3];
    const assay_tensor_desc* outputs_[1];
    assay_op_desc op_;
};

/// A prepared operator of a session.
class Prepared {
public:
    Prepared(const Session& session, const assay_op_desc* op);
    ~Prepared();
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;

    assay_exec* get() const { return exec_; }
    assay_exec_info info() const;
    void bind_const(std::uint32_t input, const Buffer& buffer);
    /// Enqueues and waits.
    void run(const std::vector<assay_binding>& bindings);

private:
    const Session& session_;
    assay_exec* exec_ = nullptr;
};

/// What the device says of an operator. Throws only when the call itself fails.
assay_op_support query(const Session& session, const assay_op_desc* op);

std::uint64_t bytes_of(assay_dtype dtype);

}  // namespace assay::test
