/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin says of itself, its devices, their stated peaks and its options. All OUT structs.
 */
#ifndef ASSAY_DEVICE_H
#define ASSAY_DEVICE_H
#include "assay/dtype.h"

ASSAY_C_BEGIN

typedef struct assay_plugin_info {
    uint32_t struct_size;
    uint32_t reserved0;
    char id[64]; /* reverse domain, stable: "com.example.cublaslt" */
    char name[128];
    char version[64];
    char vendor[64];
    char license[64];
    char build[256];     /* compiler, flags, commit: recorded with results */
    char libraries[512]; /* "cuBLASLt 12.6.4; CUDA runtime 12.6": recorded with results */
} assay_plugin_info;

#define ASSAY_KIND_CPU 1
#define ASSAY_KIND_GPU 2
#define ASSAY_KIND_NPU 3
#define ASSAY_KIND_FPGA 4
#define ASSAY_KIND_SIMULATED 5

#define ASSAY_TIMER_NONE 0   /* no events: the host brackets with queue_wait */
#define ASSAY_TIMER_HOST 1   /* events are host-clock stamps taken by plugin or driver */
#define ASSAY_TIMER_DEVICE 2 /* stamped by the device */
#define ASSAY_TIMER_VIRTUAL                                          \
    3 /* a simulated device: event times are of its own clock, never \
         comparable with real time; the host takes no bracket */

#define ASSAY_THREADS_SERIAL 0 /* [Q] functions behave as [T] */
#define ASSAY_THREADS_QUEUE 1  /* [Q] functions may overlap for different queues */

typedef struct assay_device_info {
    uint32_t struct_size;
    int32_t kind; /* ASSAY_KIND_* */
    char id[64];  /* the same for this piece of hardware in any process: UUID or bus id */
    char name[128];
    char vendor[64];
    char arch[64]; /* "sm_90", "gfx942", "x86-64-v4+amx" */
    char driver[128];
    char firmware[64];
    char partition[64];   /* "" or what part of the chip this is, e.g. "mig-1g.10gb" */
    char pci_address[16]; /* "0000:3b:00.0" or "" */
    uint32_t pci_vendor;
    uint32_t pci_device;
    int32_t numa_node; /* -1 unknown */
    uint32_t compute_units;
    uint64_t memory_bytes;
    uint64_t memory_bytes_per_s; /* theoretical */
    uint64_t last_level_cache_bytes;
    uint64_t max_clock_hz;
    uint64_t power_limit_mw;
    int32_t timer;   /* ASSAY_TIMER_* */
    int32_t threads; /* ASSAY_THREADS_* */
    double timer_resolution_ns;
    uint32_t max_queues;
    uint32_t buffer_alignment; /* bytes; of what buffer_alloc returns */
} assay_device_info;

#define ASSAY_RATE_VECTOR 1
#define ASSAY_RATE_MATRIX 2
#define ASSAY_SOURCE_DATASHEET 1
#define ASSAY_SOURCE_COMPUTED 2 /* units x clock x width */

/* A stated peak. Shown beside a result, never used to compute one. */
typedef struct assay_peak_rate {
    uint32_t struct_size;
    int32_t unit; /* ASSAY_RATE_* */
    assay_dtype operand;
    assay_dtype accumulator;
    int32_t structured_sparsity; /* 1: rate is with sparsity; never compared with a dense one */
    int32_t source;              /* ASSAY_SOURCE_* */
    double ops_per_s;            /* multiply and add counted as two */
    uint64_t at_clock_hz;
} assay_peak_rate;

#define ASSAY_OPTION_DEVICE 1  /* for device_open */
#define ASSAY_OPTION_PREPARE 2 /* for op_prepare */

/* A declared option. The host refuses keys that no option declares. */
typedef struct assay_option_info {
    uint32_t struct_size;
    int32_t scope;           /* ASSAY_OPTION_* */
    int32_t affects_results; /* 1: goes into the result's identity */
    int32_t reserved0;
    char key[64];
    char type[256]; /* "int", "float", "bool", "string", "enum:a|b|c" */
    char default_value[64];
    char help[256];
} assay_option_info;

ASSAY_C_END
#endif
