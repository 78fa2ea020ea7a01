/* SPDX-License-Identifier: Apache-2.0 */
/* What it says of itself and its devices; opening, closing; clock and sensors. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "deaths.h"
#include "faulty.h"

assay_status faulty_get_info(assay_plugin_info* out, assay_error* err) {
    assay_plugin_info info;
    memset(&info, 0, sizeof(info));
    strcpy(info.id, defect("plain_id") ? "faulty" : "org.assay.faulty");
    strcpy(info.name, "Faulty");
    if (defect("unterminated_name")) memset(info.name, 'x', sizeof(info.name));
    if (defect("latin1_name"))
        strcpy(info.name,
               "Pr\xfc"
               "fer");
    strcpy(info.version, "1.0");
    return write_out(out, &info, sizeof(info), err);
}

assay_status faulty_device_count(uint32_t* count, assay_error* err) {
    if (!count) return refuse(err, ASSAY_ERR_INVALID, "count is NULL");
    *count = DEVICES;
    return ASSAY_OK;
}

assay_status faulty_device_get_info(uint32_t i, assay_device_info* out, assay_error* err) {
    assay_device_info info;
    if (i >= DEVICES && !defect("index_unchecked"))
        return refuse(err, ASSAY_ERR_INVALID, "there are two devices");
    memset(&info, 0, sizeof(info));
    info.kind = defect("claims_to_be_a_gpu") ? ASSAY_KIND_GPU : ASSAY_KIND_CPU;
    sprintf(info.id, "faulty%d", defect("one_id_for_two") ? 0 : (int)i);
    if (defect("id_of_process")) sprintf(info.id, "faulty%d-%d", (int)i, (int)getpid());
    strcpy(info.name, "this computer's CPU");
    info.timer = defect("claims_asynchrony") ? ASSAY_TIMER_DEVICE : ASSAY_TIMER_HOST;
    if (any_fault()) info.timer = ASSAY_TIMER_VIRTUAL;
    info.timer_resolution_ns = 1;
    info.numa_node = -1;
    info.max_queues = 4;
    info.buffer_alignment = ALIGNMENT;
    if (defect("bandwidth_in_gb")) info.memory_bytes_per_s = 900;
    return write_out(out, &info, sizeof(info), err);
}

assay_status faulty_device_get_peak(uint32_t d, uint32_t i, assay_peak_rate* out,
                                    assay_error* err) {
    assay_peak_rate rate;
    if (i > 0 || d >= DEVICES) return refuse(err, ASSAY_ERR_INVALID, "no such peak");
    memset(&rate, 0, sizeof(rate));
    rate.unit = ASSAY_RATE_VECTOR;
    rate.operand = rate.accumulator = ASSAY_F32;
    rate.source = ASSAY_SOURCE_DATASHEET;
    rate.ops_per_s = defect("low_peak") ? 1e6 : 1e13;
    return write_out(out, &rate, sizeof(rate), err);
}

assay_status faulty_option_get(uint32_t i, assay_option_info* out, assay_error* err) {
    assay_option_info option;
    if (i > 0) return refuse(err, ASSAY_ERR_INVALID, "there is one option");
    memset(&option, 0, sizeof(option));
    option.scope = ASSAY_OPTION_DEVICE;
    strcpy(option.key, "threads");
    strcpy(option.type, "int");
    strcpy(option.default_value, "1");
    return write_out(out, &option, sizeof(option), err);
}

static void chatter(int number) {
    (void)number;
    faulty_host->log(faulty_host->ctx, ASSAY_LOG_DEBUG, "still here");
}

/* Something that goes on behind the host's back. No thread: pthread_create is of a newer glibc than
 * check A4 likes. */
static void start_chatter(void) {
    const struct itimerval often = {{0, 1000}, {0, 1000}};
    signal(SIGALRM, chatter);
    setitimer(ITIMER_REAL, &often, 0);
}

/* What a careless library does to the process it is in. */
static void disturb(void) {
    if (defect("changes_locale")) setenv("LC_ALL", "C", 1), setlocale(LC_ALL, "C.UTF-8");
    if (defect("changes_folder") && chdir("/") != 0) abort();
    if (defect("lowers_priority")) setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 1);
    if (defect("leaks_memory")) memset(malloc(1 << 20), 1, 1 << 20);
    if (defect("leaks_descriptors") && dup(0) < 0) abort();
    if (defect("calls_after_shutdown")) start_chatter();
}

assay_status faulty_device_open(uint32_t i, const assay_kv* kv, uint32_t n, assay_device** out,
                                assay_error* err) {
    if (i >= DEVICES || !out) return refuse(err, ASSAY_ERR_INVALID, "there are two devices");
    for (uint32_t j = 0; j < n; ++j) {
        if (strcmp(kv[j].key, "threads") != 0) return refuse(err, ASSAY_ERR_INVALID, "no option");
        if (strcmp(kv[j].value, "1") != 0 && !defect("takes_any_value"))
            return refuse(err, ASSAY_ERR_INVALID, "threads: only 1");
        if (defect("refuses_its_default")) return refuse(err, ASSAY_ERR_INVALID, "threads: 2 or 3");
    }
    disturb();
    if (fault_here("open")) return refuse(err, ASSAY_ERR_DEVICE_LOST, "the device is gone");
    assay_device* device = calloc(1, sizeof(*device));
    if (!device && !defect("believes_in_memory"))
        return refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "no memory");
    device->lock = -1;
    if (defect("leaves_a_lock")) {
        device->lock = open(getenv("ASSAY_DEFECT_LOCK"), O_CREAT | O_EXCL | O_WRONLY, 0600);
        if (device->lock < 0) {
            free(device);
            return refuse(err, ASSAY_ERR_BUSY, "another process has it");
        }
    }
    *out = device;
    return ASSAY_OK;
}

void faulty_device_close(assay_device* d) {
    fault_here("teardown");
    if (d && d->lock >= 0) {
        close(d->lock);
        unlink(getenv("ASSAY_DEFECT_LOCK"));
    }
    free(d);
}

/* ---------------------------------------------------------------- extensions */

static assay_status correlate(assay_device* d, uint64_t* host, uint64_t* device, double* error,
                              assay_error* err) {
    (void)d, (void)err;
    *host = host_ns();
    *device = defect("fast_clock") ? *host + *host / 10 : *host;
    *error = 1000;
    return ASSAY_OK;
}

static assay_status event_time(assay_event* event, uint64_t* ns, assay_error* err) {
    (void)err;
    *ns = event->ns;
    return ASSAY_OK;
}

const assay_ext_clock faulty_clock = {sizeof(assay_ext_clock), 0, correlate, event_time};

static assay_status sensor_info(uint32_t d, uint32_t i, assay_sensor_info* out, assay_error* err) {
    assay_sensor_info info;
    if (d >= DEVICES || i > 1) return refuse(err, ASSAY_ERR_INVALID, "there are two sensors");
    memset(&info, 0, sizeof(info));
    info.kind = i == 0 ? ASSAY_SENSOR_ENERGY_J : ASSAY_SENSOR_THROTTLE;
    strcpy(info.name, i == 0 ? "energy" : "clocks");
    return write_out(out, &info, sizeof(info), err);
}

static assay_status sample(uint32_t d, assay_sample* inout, uint32_t count, assay_error* err) {
    (void)d, (void)err;
    for (uint32_t i = 0; i < count; ++i) {
        inout[i].host_ns = host_ns();
        inout[i].value = (double)inout[i].host_ns * 1e-8; /* 10 W */
        if (defect("energy_falls")) inout[i].value = 1e9 - inout[i].value;
        if (inout[i].sensor == 1) inout[i].value = defect("unknown_throttle") ? 64 : 0;
        inout[i].status = ASSAY_OK;
    }
    return ASSAY_OK;
}

const assay_ext_sensors faulty_sensors = {sizeof(assay_ext_sensors), 0, sensor_info, sample};
