/* SPDX-License-Identifier: Apache-2.0 */
/* It has one event function of five. */
#include "whole_table.h"

static void event_destroy(assay_event* event) {
    (void)event;
}

static assay_plugin table;

assay_status assay_plugin_entry_v0(const assay_host* host, const assay_plugin** out,
                                   assay_error* err) {
    (void)host, (void)err;
    table = whole_table();
    table.event_destroy = event_destroy;
    *out = &table;
    return ASSAY_OK;
}
