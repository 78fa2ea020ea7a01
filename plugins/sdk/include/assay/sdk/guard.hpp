// SPDX-License-Identifier: Apache-2.0
// The line between C++ and C: exceptions become a status and a message, handles become objects.
#pragma once

#include <cstdio>
#include <exception>
#include <memory>
#include <new>

#include "assay/sdk/error.hpp"
#include "assay/sdk/host.hpp"

namespace assay {
namespace sdk {
namespace detail {

inline assay_status report(assay_error* err, assay_status code, const char* text,
                           int native = 0) noexcept {
    if (err != nullptr) {
        err->code = code;
        err->native_code = native;
        std::snprintf(err->message, sizeof err->message, "%s", text);
    }
    return code;
}

/// Runs what returns a status; nothing is thrown past it.
template <class F>
assay_status guard(assay_error* err, F&& call) noexcept {
    try {
        return call();
    } catch (const Error& error) {
        return report(err, error.code, error.what(), error.native);
    } catch (const std::bad_alloc&) {
        return report(err, ASSAY_ERR_NO_HOST_MEMORY, "out of host memory");
    } catch (const std::exception& error) {
        return report(err, ASSAY_ERR_INTERNAL, error.what());
    } catch (...) {
        return report(err, ASSAY_ERR_INTERNAL, "an exception of unknown type");
    }
}

/// Runs what returns nothing: OK, unless it throws.
template <class F>
assay_status attempt(assay_error* err, F&& call) noexcept {
    return guard(err, [&call] {
        call();
        return ASSAY_OK;
    });
}

/// Destroys an object behind a handle; NULL is a no-op and nothing can fail (R6).
template <class T, class H>
void destroy(H* handle) noexcept {
    try {
        delete reinterpret_cast<T*>(handle);
    } catch (...) {
        host.log(ASSAY_LOG_ERROR, "an exception while destroying");
    }
}

/// The object behind a handle.
template <class T, class H>
T& as(H* handle) {
    if (handle == nullptr) fail(ASSAY_ERR_INVALID, "a handle is NULL");
    return *reinterpret_cast<T*>(handle);
}

/// An out pointer that may be written.
template <class T>
T& target(T* out) {
    if (out == nullptr) fail(ASSAY_ERR_INVALID, "an out pointer is NULL");
    return *out;
}

/// Hands an object over as a handle.
template <class H, class T>
void give(H*& out, std::unique_ptr<T> object) {
    if (object == nullptr) fail(ASSAY_ERR_INTERNAL, "the plugin made no object");
    out = reinterpret_cast<H*>(object.release());
}

}  // namespace detail
}  // namespace sdk
}  // namespace assay
