/* SPDX-License-Identifier: Apache-2.0 */
/* A pretended NVML with one device: the functions that plugins/cuda/nvml.cpp looks for, with the
 * declarations that NVIDIA's "NVML API Reference Guide" gives them. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "state.h"

struct nvml_fake_state nvml_fake = {.period_ns = 1000000, .megahertz = 1755, .celsius = 61};

static int device;

static unsigned long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned long long)now.tv_sec * 1000000000ull + (unsigned long long)now.tv_nsec;
}

static int counter(void) {
    static const char* const names[] = {"counts", "stuck", "reset", "jumps"};
    const char* wanted = getenv("ASSAY_NVML_FAKE");
    for (int i = 0; wanted != NULL && i < 4; ++i) {
        if (strcmp(wanted, names[i]) == 0) return i;
    }
    return nvml_fake.counter;
}

static unsigned long long millijoules_at(unsigned long long ns) {
    const unsigned long long whole = ns / nvml_fake.period_ns * nvml_fake.period_ns;
    return whole / 1000000 * NVML_FAKE_WATTS; /* a watt is a millijoule a millisecond */
}

const char* nvmlErrorString(int code) {
    return code == 3   ? "Not Supported"
           : code == 4 ? "Insufficient Permissions"
                       : "a pretended error";
}

#ifndef NVML_FAKE_BARE
int nvmlInit_v2(void) {
    return nvml_fake.init_code;
}
#endif

#ifndef NVML_FAKE_OLD
int nvmlDeviceGetHandleByUUID(const char* uuid, void** out) {
    if (nvml_fake.find_code != 0) return nvml_fake.find_code;
    if (strcmp(uuid, NVML_FAKE_UUID) != 0) return 6;
    *out = &device;
    return 0;
}

int nvmlDeviceGetTotalEnergyConsumption(void* of, unsigned long long* millijoules) {
    const unsigned long long ns = now_ns();
    ++nvml_fake.calls;
    if (of != &device) return 2;
    if (nvml_fake.energy_code != 0) return nvml_fake.energy_code;
    switch (counter()) {
        case NVML_FAKE_STUCK:
            *millijoules = 123456;
            break;
        case NVML_FAKE_RESET:
            *millijoules = nvml_fake.calls % 2 == 0 ? 0 : millijoules_at(ns);
            break;
        case NVML_FAKE_JUMPS:
            *millijoules = 1000000000ull * (unsigned long long)nvml_fake.calls;
            break;
        default:
            *millijoules = millijoules_at(ns);
    }
    return 0;
}
#endif

int nvmlDeviceGetHandleByPciBusId_v2(const char* address, void** out) {
    if (nvml_fake.find_code != 0) return nvml_fake.find_code;
    if (strcmp(address, "0000:3b:00.0") != 0) return 6;
    *out = &device;
    return 0;
}

int nvmlDeviceGetUUID(void* of, char* text, unsigned length) {
    const char* uuid = nvml_fake.other_uuid ? "GPU-another" : NVML_FAKE_UUID;
    if (of != &device || length <= strlen(uuid)) return 2;
    strcpy(text, uuid);
    return 0;
}

int nvmlDeviceGetPowerUsage(void* of, unsigned* milliwatts) {
    if (of != &device) return 2;
    *milliwatts = NVML_FAKE_WATTS * 1000;
    return nvml_fake.power_code;
}

int nvmlDeviceGetTemperature(void* of, unsigned sensor, unsigned* celsius) {
    if (of != &device || sensor != 0) return 2;
    *celsius = nvml_fake.celsius;
    return nvml_fake.temperature_code;
}

int nvmlDeviceGetClockInfo(void* of, unsigned which, unsigned* megahertz) {
    if (of != &device || which != 1) return 2;
    *megahertz = nvml_fake.megahertz;
    return nvml_fake.clock_code;
}

int nvmlDeviceGetCurrentClocksThrottleReasons(void* of, unsigned long long* bits) {
    if (of != &device) return 2;
    *bits = nvml_fake.throttle;
    return nvml_fake.throttle_code;
}
