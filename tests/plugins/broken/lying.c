/* SPDX-License-Identifier: Apache-2.0 */
/* Loads well, then breaks a rule in every answer. Which one: by device index and by m of the GEMM.
 * It calls every function of the host's table when a device is opened. */
#include "whole_table.h"

enum { unknown_timer, timer_without_events, open_gives_nothing, fine, device_of_count };

static const assay_host* host_table;
static assay_plugin table;
static char object; /* what every handle points to */

static assay_status lie_info(assay_plugin_info* out, assay_error* err) {
    (void)err;
    memset(out->name, 'x', sizeof(out->name)); /* no NUL */
    return ASSAY_OK;
}

static assay_status lie_count(uint32_t* count, assay_error* err) {
    (void)err;
    *count = device_of_count;
    return ASSAY_OK;
}

static assay_status lie_device(uint32_t i, assay_device_info* out, assay_error* err) {
    (void)err;
    out->kind = 77;
    out->numa_node = -9;
    strcpy(out->name, "a\033[31mred device");
    out->timer = i == unknown_timer          ? 42
                 : i == timer_without_events ? ASSAY_TIMER_DEVICE
                                             : ASSAY_TIMER_NONE;
    return ASSAY_OK;
}

static assay_status lie_open(uint32_t i, const assay_kv* kv, uint32_t n, assay_device** out,
                             assay_error* err) {
    (void)err, (void)kv, (void)n;
    if (host_table->get_extension(host_table->ctx, "assay.nothing/1")) return ASSAY_ERR_INTERNAL;
    if (host_table->cancel_requested(host_table->ctx)) return ASSAY_ERR_CANCELLED;
    host_table->progress(host_table->ctx, 7.5, "tuning");
    host_table->log(host_table->ctx, 99, "opened\a");
    *out = i == open_gives_nothing ? 0 : (assay_device*)&object;
    return ASSAY_OK;
}

static assay_status lie_query(assay_device* d, const assay_op_desc* op, assay_op_support* out,
                              assay_error* err) {
    (void)d, (void)err;
    const int64_t m = op->inputs[0]->dims[0];
    out->level = m == 1 ? 7 : ASSAY_SUPPORT_NATIVE;
    out->math = m == 2 ? 55 : ASSAY_MATH_STRICT;
    out->accumulator = m == 3 ? 999 : ASSAY_F32;
    return m == 4 ? 1234 : ASSAY_OK;
}

static assay_status lie_prepare(assay_device* d, const assay_op_desc* op, const assay_kv* kv,
                                uint32_t n, assay_exec** out, assay_error* err) {
    (void)d, (void)kv, (void)n, (void)err;
    *out = op->inputs[0]->dims[0] == 1 ? 0 : (assay_exec*)&object;
    return ASSAY_OK;
}

static assay_status lie_exec(assay_exec* e, assay_exec_info* out, assay_error* err) {
    (void)e, (void)err;
    out->level = ASSAY_SUPPORT_NONE;
    return ASSAY_OK;
}

static assay_status lie_option(uint32_t i, assay_option_info* out, assay_error* err) {
    if (i > 0) {
        no(err);
        return ASSAY_ERR_INVALID;
    }
    out->scope = ASSAY_OPTION_DEVICE;
    strcpy(out->key, "colour");
    strcpy(out->type, "paint");
    return ASSAY_OK;
}

static assay_status lie_peak(uint32_t d, uint32_t i, assay_peak_rate* out, assay_error* err) {
    (void)d, (void)i, (void)err;
    out->unit = ASSAY_RATE_MATRIX; /* and so for ever */
    return ASSAY_OK;
}

assay_status assay_plugin_entry_v0(const assay_host* host, const assay_plugin** out,
                                   assay_error* err) {
    (void)err;
    host_table = host;
    table = whole_table();
    table.get_info = lie_info;
    table.device_count = lie_count;
    table.device_get_info = lie_device;
    table.device_open = lie_open;
    table.op_query = lie_query;
    table.op_prepare = lie_prepare;
    table.exec_get_info = lie_exec;
    table.option_get = lie_option;
    table.device_get_peak = lie_peak;
    *out = &table;
    return ASSAY_OK;
}
