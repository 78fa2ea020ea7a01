// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sdk/host_session.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <dlfcn.h>

namespace {

std::uint64_t now_ns(void*) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

}  // namespace

const assay_host& host_table() {
    static const assay_host table = [] {
        auto made = blank<assay_host>();
        made.abi_major = ASSAY_ABI_MAJOR;
        made.abi_minor = ASSAY_ABI_MINOR;
        made.name = "sdk tests";
        made.version = "0";
        made.now_ns = now_ns;
        return made;
    }();
    return table;
}

assay_plugin_entry_fn entry_of(const std::string& path) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    void* symbol = dlsym(library, ASSAY_ENTRY_SYMBOL);
    if (symbol == nullptr) throw std::runtime_error(dlerror());
    return reinterpret_cast<assay_plugin_entry_fn>(symbol);
}

const assay_plugin& load(const std::string& path) {
    const assay_plugin* plugin = nullptr;
    assay_error error{};
    if (entry_of(path)(&host_table(), &plugin, &error) != ASSAY_OK) {
        throw std::runtime_error(error.message);
    }
    return *plugin;
}

assay_tensor_desc tensor(assay_dtype dtype, const std::vector<std::int64_t>& dims) {
    auto made = blank<assay_tensor_desc>();
    made.dtype = dtype;
    made.rank = static_cast<std::int32_t>(dims.size());
    std::copy(dims.begin(), dims.end(), made.dims);
    return made;
}

Problem::Problem(std::vector<std::int64_t> a_dims, std::vector<std::int64_t> b_dims,
                 std::vector<std::int64_t> d_dims)
    : a(tensor(ASSAY_F32, a_dims)), b(tensor(ASSAY_F32, b_dims)), d(tensor(ASSAY_F32, d_dims)) {
    op.op = ASSAY_OP_MATMUL;
}

const assay_op_desc* Problem::desc() {
    inputs_[0] = &a;
    inputs_[1] = &b;
    inputs_[2] = bias.struct_size != 0 ? &bias : nullptr;
    inputs_[3] = c.struct_size != 0 ? &c : nullptr;
    outputs_[0] = &d;
    op.num_inputs = inputs_[3] != nullptr ? 4 : inputs_[2] != nullptr ? 3 : 2;
    op.num_outputs = 1;
    op.inputs = inputs_;
    op.outputs = outputs_;
    if (op.attrs == nullptr) op.attrs = &attrs;
    return &op;
}

Session::Session(const std::string& path, const Settings& settings, std::uint32_t index)
    : plugin(load(path)) {
    std::vector<assay_kv> options;
    for (const auto& [key, value] : settings) options.push_back({key.c_str(), value.c_str()});
    must(plugin.device_open(index, options.data(), static_cast<std::uint32_t>(options.size()),
                            &device, &error));
    must(plugin.queue_create(device, 0, &queue, &error));
}

Session::~Session() {
    for (assay_exec* exec : execs_) plugin.exec_destroy(exec);
    for (assay_buffer* buffer : buffers_) plugin.buffer_free(buffer);
    plugin.queue_destroy(queue);
    plugin.device_close(device);
}

void Session::must(assay_status status) {
    if (status != ASSAY_OK) throw std::runtime_error(error.message);
}

assay_exec* Session::prepare(const assay_op_desc* op) {
    assay_exec* exec = nullptr;
    must(plugin.op_prepare(device, op, nullptr, 0, &exec, &error));
    execs_.push_back(exec);
    return exec;
}

assay_op_support Session::query(const assay_op_desc* op) {
    auto support = blank<assay_op_support>();
    must(plugin.op_query(device, op, &support, &error));
    return support;
}

assay_buffer* Session::buffer(std::uint64_t bytes) {
    assay_buffer* made = nullptr;
    must(plugin.buffer_alloc(device, bytes, ASSAY_MEM_DEVICE, &made, &error));
    buffers_.push_back(made);
    return made;
}

void Session::upload(assay_buffer* to, const Bytes& bytes) {
    must(plugin.copy_to_device(queue, to, 0, bytes.data(), bytes.size(), &error));
}

Bytes Session::download(assay_buffer* from, std::uint64_t bytes) {
    Bytes read(bytes);
    must(plugin.copy_to_host(queue, read.data(), from, 0, bytes, &error));
    wait();
    return read;
}

void Session::wait() {
    must(plugin.queue_wait(queue, UINT64_MAX, ASSAY_WAIT_BLOCK, &error));
}

void Session::enqueue(assay_exec* exec, const std::vector<assay_binding>& bindings) {
    must(plugin.enqueue(queue, exec, bindings.data(), static_cast<std::uint32_t>(bindings.size()),
                        &error));
}

Bytes Session::run(const assay_op_desc* op, const std::vector<Bytes>& inputs,
                   std::uint64_t output_bytes) {
    std::vector<assay_binding> bindings;
    for (const Bytes& input : inputs) {
        bindings.push_back({buffer(input.size()), 0, input.size()});
        upload(bindings.back().buffer, input);
    }
    bindings.push_back({buffer(output_bytes), 0, output_bytes});
    upload(bindings.back().buffer, Bytes(output_bytes, 0xA5));
    enqueue(prepare(op), bindings);
    return download(bindings.back().buffer, output_bytes);
}
