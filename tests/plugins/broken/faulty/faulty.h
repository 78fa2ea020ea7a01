/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin that passes every check of `assay check plugin`, and breaks one rule when the
 * environment variable ASSAY_DEFECT names it. Which check must then fail:
 * tests/cli/checking_test.py. Two devices on the CPU, f32 matmul in plain loops; not a template to
 * copy (plugins/template is). */
#ifndef ASSAY_TESTS_FAULTY_H
#define ASSAY_TESTS_FAULTY_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "assay/ext/clock.h"
#include "assay/ext/sensors.h"
#include "assay/plugin.h"

#define DEVICES 2u
#define ALIGNMENT 64u
#define MEMORY (8ull << 30)

struct assay_device {
    uint64_t used;
    int cancelled, lock;
};
struct assay_buffer {
    assay_device* device;
    char* data;
    uint64_t bytes;
};
/* A copy that a defect puts off. */
struct late_copy {
    char* to;
    const char* from;
    uint64_t bytes;
};
struct assay_queue {
    assay_device* device;
    struct late_copy late;
};
struct assay_event {
    uint64_t ns;
};

extern const assay_host* faulty_host;
extern const assay_ext_clock faulty_clock;
extern const assay_ext_sensors faulty_sensors;

int defect(const char* name);
uint64_t host_ns(void);
/* Fails with a message. */
assay_status refuse(assay_error* err, assay_status code, const char* message);
/* R2: an IN struct of `known` bytes into `to`; an OUT struct of `known` bytes from `from`. */
assay_status read_in(const void* from, void* to, uint32_t known, assay_error* err);
assay_status write_out(void* to, const void* from, uint32_t known, assay_error* err);

assay_status faulty_get_info(assay_plugin_info* out, assay_error* err);
assay_status faulty_device_count(uint32_t* count, assay_error* err);
assay_status faulty_device_get_info(uint32_t i, assay_device_info* out, assay_error* err);
assay_status faulty_device_get_peak(uint32_t d, uint32_t i, assay_peak_rate* out, assay_error* err);
assay_status faulty_option_get(uint32_t i, assay_option_info* out, assay_error* err);
assay_status faulty_device_open(uint32_t i, const assay_kv* kv, uint32_t n, assay_device** out,
                                assay_error* err);
void faulty_device_close(assay_device* d);

/* The slots of faulty_memory.c and faulty_matmul.c. */
void faulty_memory_slots(assay_plugin* table);
void faulty_matmul_slots(assay_plugin* table);
void do_late_copy(assay_queue* q);
#endif
