// SPDX-License-Identifier: Apache-2.0
#include "core/host/plugin_error.hpp"

#include <cstring>

#include <catch2/catch.hpp>

using assay::check_status;
using assay::PluginError;

TEST_CASE("OK throws nothing, whatever the message says", "[host][error]") {
    assay_error error{};
    std::strcpy(error.message, "left over");
    CHECK_NOTHROW(check_status(ASSAY_OK, error, "enqueue"));
}

TEST_CASE("a failure says the call, the message, the status and the native code", "[host][error]") {
    assay_error error{};
    error.native_code = 2;
    std::strcpy(error.message, "out of memory:\t40 GiB asked");
    CHECK_THROWS_WITH(check_status(ASSAY_ERR_NO_DEVICE_MEMORY, error, "buffer_alloc"),
                      "buffer_alloc: out of memory:?40 GiB asked (status NO_DEVICE_MEMORY, native "
                      "2)");
}

TEST_CASE("a message without its NUL is read to its end and no further", "[host][error]") {
    assay_error error{};
    std::memset(error.message, 'm', sizeof(error.message));
    const std::string all(sizeof(error.message), 'm');
    CHECK_THROWS_WITH(check_status(ASSAY_ERR_BUILD, error, "op_prepare"),
                      "op_prepare: " + all + " (status BUILD)");
}

TEST_CASE("the status decides what becomes of the case", "[host][error]") {
    for (const assay_status skip : {ASSAY_ERR_UNSUPPORTED, ASSAY_ERR_NEWER,
                                    ASSAY_ERR_NO_HOST_MEMORY, ASSAY_ERR_NO_DEVICE_MEMORY}) {
        CHECK(PluginError(skip, "").is_skip());
    }
    for (const assay_status fail :
         {ASSAY_NOT_READY, ASSAY_ERR_INVALID, ASSAY_ERR_BUSY, ASSAY_ERR_DENIED, ASSAY_ERR_CANCELLED,
          ASSAY_ERR_BUILD, ASSAY_ERR_DEVICE_LOST, ASSAY_ERR_INTERNAL}) {
        CHECK_FALSE(PluginError(fail, "").is_skip());
        CHECK(PluginError(fail, "").device_lost() == (fail == ASSAY_ERR_DEVICE_LOST));
    }
}
