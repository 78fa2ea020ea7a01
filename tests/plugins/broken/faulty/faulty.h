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

#include "assay/ext/cache.h"
#include "assay/ext/clock.h"
#include "assay/ext/graph.h"
#include "assay/ext/program.h"
#include "assay/ext/replay.h"
#include "assay/ext/sensors.h"
#include "assay/plugin.h"

#define DEVICES 2u
#define ALIGNMENT 64u
#define MEMORY (8ull << 30)

struct assay_device {
    uint64_t used;
    int cancelled, lock;
    uint64_t virtual_ns; /* of deaths.h */
    long rows;           /* of the last matmul */
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
    assay_buffer* last;    /* copied from */
    assay_exec* recording; /* NULL: work is done at once */
};
#define MOST_NODES 4
#define MOST_VALUES 8
struct matrix {
    int64_t row, column; /* steps in elements */
};
/* An operand of a node of a graph: a binding, or memory of the graph. */
struct operand {
    int bound;
    uint32_t index;
};
/* A matmul; or a graph of some; or a recording: what has nodes. */
struct assay_exec {
    int64_t m, n, k;
    struct matrix a, b, d;
    int32_t activation;
    const assay_matmul_attrs* attrs; /* read only by a defect */
    float* constant;                 /* B, repacked by exec_bind_const */
    assay_binding kept, first[3];
    int bound, runs, many;
    float* result; /* of a defect: the first one */
    struct {
        assay_exec* exec; /* NULL: the copy */
        struct operand operands[3];
        assay_binding io[3];
        struct late_copy copy;
    } nodes[MOST_NODES];
    uint32_t num_nodes;
    int recorded;
    float* values[MOST_VALUES];
};
struct assay_event {
    uint64_t ns;
};

extern const assay_host* faulty_host;
extern const assay_ext_clock faulty_clock;
extern const assay_ext_sensors faulty_sensors;
extern const assay_ext_cache faulty_cache;
extern const assay_ext_program faulty_program;
extern const assay_ext_replay faulty_replay;
extern const assay_ext_graph faulty_graph;

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

assay_status faulty_op_query(assay_device* d, const assay_op_desc* op, assay_op_support* out,
                             assay_error* err);
assay_status faulty_op_prepare(assay_device* d, const assay_op_desc* op, const assay_kv* kv,
                               uint32_t n, assay_exec** out, assay_error* err);
void faulty_exec_destroy(assay_exec* e);
/* An exec that does nothing yet. */
assay_status make_nothing(assay_exec** out, assay_error* err);
/* Notes a call on a queue that records; 1 when that is all. */
int recorded(assay_queue* q, assay_exec* e, const assay_binding* io, const struct late_copy* copy);

/* The slots of memory.c and matmul.c. */
void faulty_memory_slots(assay_plugin* table);
void faulty_matmul_slots(assay_plugin* table);
void do_late_copy(assay_queue* q);
#endif
