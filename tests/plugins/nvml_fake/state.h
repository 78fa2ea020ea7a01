/* SPDX-License-Identifier: Apache-2.0 */
/* What the pretended NVML does, set by a test through the symbol nvml_fake, or by the variable
 * ASSAY_NVML_FAKE (the counter's fault) where the library is another process's. */
#ifndef ASSAY_TESTS_NVML_FAKE_STATE_H
#define ASSAY_TESTS_NVML_FAKE_STATE_H

#define NVML_FAKE_UUID "GPU-f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff" /* cuda_fake's device */
#define NVML_FAKE_WATTS 300

enum nvml_fake_counter {
    NVML_FAKE_COUNTS, /* 300 J a second of the monotonic clock, in steps of period_ns */
    NVML_FAKE_STUCK,  /* always the same */
    NVML_FAKE_RESET,  /* begins again at 0 between any two readings: of two in a row one is 0 */
    NVML_FAKE_JUMPS   /* 1 MJ more at each reading */
};

struct nvml_fake_state {
    int counter; /* enum nvml_fake_counter */
    unsigned long long period_ns;
    unsigned long long throttle; /* NVML's own bits */
    unsigned megahertz, celsius;
    int init_code; /* what each call answers, 0: well */
    int find_code, energy_code, power_code, clock_code, temperature_code, throttle_code;
    int other_uuid; /* 1: the device at the PCI address says another UUID */
    int calls;      /* of readings */
};

#endif
