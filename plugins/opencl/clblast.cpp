// SPDX-License-Identifier: Apache-2.0
// See clblast.hpp.
#include "clblast.hpp"

#include <cstdlib>
#include <cstring>
#include <memory>

#include <dlfcn.h>

namespace assay::opencl {
namespace {

/// CLBlastStatusCode beyond the codes that are OpenCL's.
struct Name {
    int code;
    const char* name;
    assay_status status = ASSAY_ERR_INTERNAL;
};
constexpr Name names[] = {
    {-1024, "CLBlastNotImplemented", ASSAY_ERR_UNSUPPORTED},
    {-1022, "CLBlastInvalidMatrixA"},
    {-1021, "CLBlastInvalidMatrixB"},
    {-1020, "CLBlastInvalidMatrixC"},
    {-1017, "CLBlastInvalidDimension"},
    {-1016, "CLBlastInvalidLeadDimA"},
    {-1015, "CLBlastInvalidLeadDimB"},
    {-1014, "CLBlastInvalidLeadDimC"},
    {-1011, "CLBlastInsufficientMemoryA", ASSAY_ERR_INVALID},
    {-1010, "CLBlastInsufficientMemoryB", ASSAY_ERR_INVALID},
    {-1009, "CLBlastInsufficientMemoryC", ASSAY_ERR_INVALID},
    {-2050, "CLBlastInsufficientMemoryTemp"},
    {-2049, "CLBlastInvalidBatchCount"},
    {-2046, "CLBlastInvalidLocalMemUsage", ASSAY_ERR_UNSUPPORTED},
    {-2044, "CLBlastNoDoublePrecision", ASSAY_ERR_UNSUPPORTED},
    {-2041, "CLBlastDatabaseError"},
    {-2040, "CLBlastUnknownError"},
    {-2039, "CLBlastUnexpectedError"},
};

const Name* row_of(int code) {
    for (const Name& row : names)
        if (row.code == code) return &row;
    return nullptr;
}

void check_blas(int code, const char* what) {
    const Name* row = row_of(code);
    if (row == nullptr) return check(code, what);
    throw sdk::Error(row->status, std::string(what) + ": " + row->name, code);
}

template <class Function>
void find(void* library, Function& to, const char* name, std::string& lacking) {
    void* found = dlsym(library, name);
    if (found == nullptr && lacking.empty()) lacking = name;
    static_assert(sizeof(to) == sizeof(found), "a function's address is an address");
    std::memcpy(&to, &found, sizeof found);
}

/// The file behind the links that lead to it.
std::string file_of(void* function) {
    Dl_info info{};
    if (dladdr(function, &info) == 0 || info.dli_fname == nullptr) return "";
    const std::unique_ptr<char, void (*)(void*)> whole(realpath(info.dli_fname, nullptr),
                                                       std::free);
    const std::string path = whole != nullptr ? whole.get() : info.dli_fname;
    return path.substr(path.rfind('/') + 1);
}

template <class T>
std::size_t workspace(const ClblastCalls<T>& calls, const ClblastProduct& p, std::size_t at,
                      cl_command_queue queue) {
    std::size_t bytes = 0;
    check_blas(calls.workspace(p.layout, p.turn_a, p.turn_b, p.m, p.n, p.k, at, p.a_step, at,
                               p.b_step, at, p.d_step, &queue, &bytes),
               "the size of CLBlast's workspace");
    return bytes;
}

template <class T>
void one(const ClblastCalls<T>& calls, const ClblastProduct& p, const ClblastPlaces& places,
         cl_command_queue queue, cl_mem workspace) {
    check_blas(calls.multiply(p.layout, p.turn_a, p.turn_b, p.m, p.n, p.k, static_cast<T>(p.alpha),
                              places.a, places.a_at, p.a_step, places.b, places.b_at, p.b_step,
                              static_cast<T>(p.beta), places.d, places.d_at, p.d_step, &queue,
                              nullptr, workspace),
               "CLBlast's gemm");
}

template <class T>
void many(const ClblastCalls<T>& calls, const ClblastProduct& p, const ClblastPlaces& places,
          std::size_t count, cl_command_queue queue) {
    check_blas(calls.batch(p.layout, p.turn_a, p.turn_b, p.m, p.n, p.k, static_cast<T>(p.alpha),
                           places.a, places.a_at, p.a_step, p.m * p.k, places.b, places.b_at,
                           p.b_step, p.k * p.n, static_cast<T>(p.beta), places.d, places.d_at,
                           p.d_step, p.m * p.n, count, &queue, nullptr),
               "CLBlast's gemm over a batch");
}

}  // namespace

std::string clblast_status_name(int code) {
    const Name* row = row_of(code);
    return row != nullptr ? row->name : status_name(code);
}

Clblast::Clblast(const char* file) {
    void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        why_not_ = std::string("no library ") + file;
        return;
    }
    find_all(library);
    if (!why_not_.empty()) why_not_ = std::string(file) + " lacks " + why_not_;
}

void Clblast::find_all(void* library) {
    find(library, f32_.workspace, "CLBlastSGemmTempBufferSize", why_not_);
    find(library, f64_.workspace, "CLBlastDGemmTempBufferSize", why_not_);
    find(library, f32_.multiply, "CLBlastSgemmWithTempBuffer", why_not_);
    find(library, f64_.multiply, "CLBlastDgemmWithTempBuffer", why_not_);
    find(library, f32_.batch, "CLBlastSgemmStridedBatched", why_not_);
    find(library, f64_.batch, "CLBlastDgemmStridedBatched", why_not_);
    find(library, clear_cache_, "CLBlastClearCache", why_not_);
    name_ = file_of(dlsym(library, "CLBlastClearCache"));
}

std::size_t Clblast::workspace_bytes(const ClblastProduct& product, bool at_start,
                                     cl_command_queue queue) const {
    const std::size_t at = at_start ? 0 : 1;  // any place but 0 is the same to CLBlast
    return product.dtype == ASSAY_F64 ? workspace(f64_, product, at, queue)
                                      : workspace(f32_, product, at, queue);
}

void Clblast::multiply(const ClblastProduct& product, const ClblastPlaces& places,
                       cl_command_queue queue, cl_mem workspace) const {
    if (product.dtype == ASSAY_F64) {
        one(f64_, product, places, queue, workspace);
    } else {
        one(f32_, product, places, queue, workspace);
    }
}

void Clblast::multiply_batch(const ClblastProduct& product, const ClblastPlaces& places,
                             std::size_t count, cl_command_queue queue) const {
    if (product.dtype == ASSAY_F64) {
        many(f64_, product, places, count, queue);
    } else {
        many(f32_, product, places, count, queue);
    }
}

void Clblast::forget() const {
    if (clear_cache_ != nullptr) clear_cache_();
}

}  // namespace assay::opencl
