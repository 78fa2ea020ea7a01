// SPDX-License-Identifier: Apache-2.0
// See abi_client.hpp. Plain dlopen: how core/host loads a plugin is that floor's own test.
#include "tests/plugins/abi_client.hpp"

#include <chrono>
#include <stdexcept>

#include <dlfcn.h>

namespace assay::test {
namespace {

std::uint64_t ASSAY_CALL now_ns(void*) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}
void ASSAY_CALL drop_log(void*, std::int32_t, const char*) {}
std::int32_t ASSAY_CALL never_cancel(void*) {
    return 0;
}
void ASSAY_CALL drop_progress(void*, double, const char*) {}
const void* ASSAY_CALL no_extension(void*, const char*) {
    return nullptr;
}

assay_host make_host() {
    auto host = sized<assay_host>();
    host.abi_major = ASSAY_ABI_MAJOR;
    host.abi_minor = ASSAY_ABI_MINOR;
    host.name = "assay-tests";
    host.version = "0";
    host.log = drop_log;
    host.now_ns = now_ns;
    host.cancel_requested = never_cancel;
    host.progress = drop_progress;
    host.get_extension = no_extension;
    return host;
}

assay_tensor_desc tensor(assay_dtype dtype, const std::vector<std::int64_t>& dims) {
    auto desc = sized<assay_tensor_desc>();
    desc.dtype = dtype;
    for (const std::int64_t dim : dims) desc.dims[desc.rank++] = dim;
    return desc;
}

/// [batch, rows, columns], without the batch when one matrix serves all.
assay_tensor_desc matrix(assay_dtype dtype, std::int64_t batch, std::int64_t rows,
                         std::int64_t columns) {
    if (batch > 1) return tensor(dtype, {batch, rows, columns});
    return tensor(dtype, {rows, columns});
}

}  // namespace

void require_ok(assay_status status, const assay_error& error, const char* what) {
    if (status == ASSAY_OK) return;
    throw std::runtime_error(std::string(what) + ": status " + std::to_string(status) + ": " +
                             error.message);
}

LoadedPlugin::LoadedPlugin(const std::string& path) : host_(make_host()) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    void* symbol = dlsym(library, ASSAY_ENTRY_SYMBOL);
    if (symbol == nullptr) throw std::runtime_error(path + ": no " ASSAY_ENTRY_SYMBOL);
    const auto entry = reinterpret_cast<assay_plugin_entry_fn>(symbol);
    assay_error error{};
    require_ok(entry(&host_, &table_, &error), error, path.c_str());
}

LoadedPlugin::LoadedPlugin(assay_plugin_entry_fn entry) : host_(make_host()) {
    assay_error error{};
    require_ok(entry(&host_, &table_, &error), error, "the entry");
}

LoadedPlugin::~LoadedPlugin() {
    table_->shutdown();
}

assay_plugin_info LoadedPlugin::info() const {
    auto info = sized<assay_plugin_info>();
    assay_error error{};
    require_ok(table_->get_info(&info, &error), error, "get_info");
    return info;
}

assay_device_info LoadedPlugin::device_info(std::uint32_t index) const {
    auto info = sized<assay_device_info>();
    assay_error error{};
    require_ok(table_->device_get_info(index, &info, &error), error, "device_get_info");
    return info;
}

Session::Session(const LoadedPlugin& plugin, const std::vector<assay_kv>& options)
    : plugin_(plugin) {
    assay_error error{};
    require_ok(plugin_->device_open(0, options.data(), static_cast<std::uint32_t>(options.size()),
                                    &device_, &error),
               error, "device_open");
    require_ok(plugin_->queue_create(device_, 0, &queue_, &error), error, "queue_create");
}

Session::~Session() {
    plugin_->queue_destroy(queue_);
    plugin_->device_close(device_);
}

Buffer::Buffer(const Session& session, std::uint64_t bytes) : session_(session), bytes_(bytes) {
    assay_error error{};
    require_ok(
        session_.table().buffer_alloc(session_.device(), bytes, ASSAY_MEM_DEVICE, &buffer_, &error),
        error, "buffer_alloc");
}

Buffer::~Buffer() {
    session_.table().buffer_free(buffer_);
}

void Buffer::write(const std::vector<std::uint8_t>& bytes) {
    assay_error error{};
    require_ok(session_.table().copy_to_device(session_.queue(), buffer_, 0, bytes.data(),
                                               bytes.size(), &error),
               error, "copy_to_device");
    require_ok(session_.table().queue_wait(session_.queue(), UINT64_MAX, ASSAY_WAIT_BLOCK, &error),
               error, "queue_wait");
}

std::vector<std::uint8_t> Buffer::read() const {
    std::vector<std::uint8_t> bytes(bytes_);
    assay_error error{};
    require_ok(
        session_.table().copy_to_host(session_.queue(), bytes.data(), buffer_, 0, bytes_, &error),
        error, "copy_to_host");
    require_ok(session_.table().queue_wait(session_.queue(), UINT64_MAX, ASSAY_WAIT_BLOCK, &error),
               error, "queue_wait");
    return bytes;
}

void* Buffer::host_pointer() const {
    return session_.table().buffer_host_pointer(buffer_);
}

MatmulDesc::MatmulDesc(const MatmulCase& c) {
    const std::int64_t a_batch = c.broadcast_a ? 1 : c.batch, b_batch = c.broadcast_b ? 1 : c.batch;
    a_ = c.transpose_a ? matrix(c.a, a_batch, c.k, c.m) : matrix(c.a, a_batch, c.m, c.k);
    b_ = c.transpose_b ? matrix(c.b, b_batch, c.n, c.k) : matrix(c.b, b_batch, c.k, c.n);
    for (std::size_t i = 0; i < c.a_strides.size(); ++i) a_.strides[i] = c.a_strides[i];
    bias_ = tensor(c.bias, {c.n});
    d_ = matrix(c.d, c.batch, c.m, c.n);
    if (c.constant_b) b_.flags = ASSAY_TENSOR_CONST;
    attrs_ = sized<assay_matmul_attrs>();
    attrs_.transpose_a = c.transpose_a;
    attrs_.transpose_b = c.transpose_b;
    attrs_.activation = c.activation;
    attrs_.alpha = c.alpha;
    inputs_[0] = &a_;
    inputs_[1] = &b_;
    inputs_[2] = &bias_;
    outputs_[0] = &d_;
    op_ = sized<assay_op_desc>();
    op_.op = ASSAY_OP_MATMUL;
    op_.num_inputs = c.bias != 0 ? 3 : 2;
    op_.num_outputs = 1;
    op_.inputs = inputs_;
    op_.outputs = outputs_;
    op_.attrs = &attrs_;
    op_.math = c.math;
    op_.accumulator = c.accumulator;
}

Prepared::Prepared(const Session& session, const assay_op_desc* op) : session_(session) {
    assay_error error{};
    require_ok(session_.table().op_prepare(session_.device(), op, nullptr, 0, &exec_, &error),
               error, "op_prepare");
}

Prepared::~Prepared() {
    session_.table().exec_destroy(exec_);
}

assay_exec_info Prepared::info() const {
    auto info = sized<assay_exec_info>();
    assay_error error{};
    require_ok(session_.table().exec_get_info(exec_, &info, &error), error, "exec_get_info");
    return info;
}

void Prepared::bind_const(std::uint32_t input, const Buffer& buffer) {
    const assay_binding binding = buffer.binding();
    assay_error error{};
    require_ok(session_.table().exec_bind_const(exec_, input, &binding, &error), error,
               "exec_bind_const");
}

void Prepared::run(const std::vector<assay_binding>& bindings) {
    assay_error error{};
    require_ok(session_.table().enqueue(session_.queue(), exec_, bindings.data(),
                                        static_cast<std::uint32_t>(bindings.size()), &error),
               error, "enqueue");
    require_ok(session_.table().queue_wait(session_.queue(), UINT64_MAX, ASSAY_WAIT_BLOCK, &error),
               error, "queue_wait");
}

assay_op_support query(const Session& session, const assay_op_desc* op) {
    auto support = sized<assay_op_support>();
    assay_error error{};
    require_ok(session.table().op_query(session.device(), op, &support, &error), error, "op_query");
    return support;
}

std::uint64_t bytes_of(assay_dtype dtype) {
    switch (dtype) {
        case ASSAY_F64:
            return 8;
        case ASSAY_F32:
        case ASSAY_I32:
            return 4;
        case ASSAY_F16:
        case ASSAY_BF16:
            return 2;
        case ASSAY_I8:
        case ASSAY_U8:
            return 1;
        default:
            throw std::runtime_error("bytes_of: no size for dtype " + std::to_string(dtype));
    }
}

}  // namespace assay::test
