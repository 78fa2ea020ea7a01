/* SPDX-License-Identifier: Apache-2.0
 * Another plugin, but slower by a known amount: of each 100 enqueues, 6 are done twice. The answers
 * and everything else are the other plugin's own. Environment: ASSAY_SLOWER_TARGET is its file,
 * ASSAY_SLOWER_EXTRA the enqueues of 100 that are doubled (EXTRA_OF_100). With none of them it is
 * what slower.so is held against, so that the way through here costs both the same. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "assay/plugin.h"

static assay_plugin table;           /* the other's, with our enqueue */
static const assay_plugin* original; /* owned by the other plugin */
static unsigned extra_of_100 = EXTRA_OF_100;
static unsigned owed; /* hundredths of a call; one thread enqueues (rule [Q]) */

static assay_status ASSAY_CALL enqueue(assay_queue* queue, assay_exec* exec,
                                       const assay_binding* bindings, uint32_t count,
                                       assay_error* err) {
    owed += extra_of_100;
    if (owed >= 100) {
        owed -= 100;
        const assay_status status = original->enqueue(queue, exec, bindings, count, err);
        if (status != ASSAY_OK) return status;
    }
    return original->enqueue(queue, exec, bindings, count, err);
}

static assay_status refuse(assay_error* err, const char* what) {
    if (err != NULL) snprintf(err->message, sizeof err->message, "slower: %s", what);
    return ASSAY_ERR_INVALID;
}

ASSAY_EXPORT assay_status ASSAY_CALL assay_plugin_entry_v0(const assay_host* host,
                                                           const assay_plugin** out,
                                                           assay_error* err) {
    const char* file = getenv("ASSAY_SLOWER_TARGET");
    const char* extra = getenv("ASSAY_SLOWER_EXTRA");
    if (file == NULL) return refuse(err, "ASSAY_SLOWER_TARGET is not set");
    if (extra != NULL) extra_of_100 = (unsigned)strtoul(extra, NULL, 10);
    if (extra_of_100 > 100) return refuse(err, "ASSAY_SLOWER_EXTRA is above 100");
    void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return refuse(err, dlerror());
    assay_plugin_entry_fn entry = NULL;
    *(void**)&entry = dlsym(library, "assay_plugin_entry_v0");
    if (entry == NULL) return refuse(err, "the target is no plugin");
    const assay_status status = entry(host, &original, err);
    if (status != ASSAY_OK) return status;
    if (original->struct_size < sizeof table) return refuse(err, "the target is older than this");
    table = *original;
    table.struct_size = sizeof table;
    table.enqueue = enqueue;
    *out = &table;
    return ASSAY_OK;
}
