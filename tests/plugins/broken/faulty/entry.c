/* SPDX-License-Identifier: Apache-2.0 */
/* The entry, the rules of structs, and the defects that come with loading. */
#include <stdio.h>

#include "deaths.h"
#include "faulty.h"

const assay_host* faulty_host;

int defect(const char* name) {
    const char* wanted = getenv("ASSAY_DEFECT");
    return wanted && strcmp(wanted, name) == 0;
}

uint64_t host_ns(void) {
    return faulty_host->now_ns(faulty_host->ctx);
}

assay_status refuse(assay_error* err, assay_status code, const char* message) {
    if (err) {
        memset(err, 0, sizeof(*err));
        err->code = code;
        strcpy(err->message, message);
    }
    return code;
}

assay_status read_in(const void* from, void* to, uint32_t known, assay_error* err) {
    uint32_t size;
    if (!from) return refuse(err, ASSAY_ERR_INVALID, "an input is NULL");
    memcpy(&size, from, sizeof(size));
    if (size < 8 && !defect("takes_size_zero"))
        return refuse(err, ASSAY_ERR_INVALID, "a struct_size is not set");
    if (size < 8) size = known;
    for (uint32_t i = known; i < size; ++i)
        if (((const char*)from)[i] && !defect("ignores_the_tail"))
            return refuse(err, ASSAY_ERR_NEWER, "a field that is newer than this plugin");
    memset(to, 0, known);
    memcpy(to, from, size < known ? size : known);
    return ASSAY_OK;
}

assay_status write_out(void* to, const void* from, uint32_t known, assay_error* err) {
    uint32_t size;
    if (!to) return refuse(err, ASSAY_ERR_INVALID, "an output is NULL");
    memcpy(&size, to, sizeof(size));
    if (size < 8) return refuse(err, ASSAY_ERR_INVALID, "a struct_size is not set");
    const int whole = size < known && !defect("writes_whole_structs");
    memcpy((char*)to + 4, (const char*)from + 4, (whole ? size : known) - 4);
    if (defect("sets_struct_size")) memcpy(to, &known, sizeof(known));
    return ASSAY_OK;
}

static void nothing(assay_device* d) {
    (void)d;
}

static void cancel(assay_device* d) {
    if (d) d->cancelled = 1;
}

static void shut_down(void) {}

static const void* get_extension(const char* id) {
    static const int something = 1;
    if (defect("knows_any_extension")) return &something;
    const struct {
        const char* id;
        const void* table;
    } all[] = {{ASSAY_EXT_CLOCK, &faulty_clock},     {ASSAY_EXT_SENSORS, &faulty_sensors},
               {ASSAY_EXT_CACHE, &faulty_cache},     {ASSAY_EXT_GRAPH, &faulty_graph},
               {ASSAY_EXT_PROGRAM, &faulty_program}, {ASSAY_EXT_REPLAY, &faulty_replay}};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); ++i)
        if (strcmp(id, all[i].id) == 0) return all[i].table;
    return 0;
}

static void fill_table(assay_plugin* table) {
    memset(table, 0, sizeof(*table));
    table->struct_size = sizeof(*table);
    table->abi_minor = ASSAY_TARGET_MINOR;
    table->get_info = faulty_get_info;
    table->device_count = faulty_device_count;
    table->device_get_info = faulty_device_get_info;
    table->device_open = faulty_device_open;
    table->device_close = faulty_device_close;
    table->shutdown = shut_down;
    table->get_extension = get_extension;
    table->request_cancel = defect("cancel_sticks") ? cancel : nothing;
    table->device_get_peak = faulty_device_get_peak;
    table->option_get = faulty_option_get;
    faulty_memory_slots(table);
    faulty_matmul_slots(table);
}

__attribute__((destructor)) static void at_exit(void) {
    if (defect("crashes_at_exit")) abort();
    fault_here("exit");
}

assay_status assay_plugin_entry_v0(const assay_host* host, const assay_plugin** out,
                                   assay_error* err) {
    static assay_plugin tables[2];
    static int calls;
    if (!host || !out) return refuse(err, ASSAY_ERR_INVALID, "the host or its place is NULL");
    if (host->abi_major != ASSAY_ABI_MAJOR && !defect("takes_any_major"))
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "this plugin speaks ABI 0");
    faulty_host = host;
    fault_here("load");
    if (defect("prints_when_loaded")) puts("faulty 1.0");
    if (defect("crashes_when_loaded")) abort();
    if (defect("calls_beyond_the_table")) host->log(host->ctx, ASSAY_LOG_INFO, "loaded");
    assay_plugin* table = &tables[defect("new_table") ? calls++ & 1 : 0];
    fill_table(table);
    *out = table;
    return ASSAY_OK;
}
