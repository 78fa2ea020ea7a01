/* SPDX-License-Identifier: Apache-2.0 */
/* Energy, power, temperature, clocks, throttling. By device index: no open device is needed, so
 * that another process can read them. An id is name/revision. A revision only grows at its end; a
 * break is a new id. */
#ifndef ASSAY_EXT_SENSORS_H
#define ASSAY_EXT_SENSORS_H
#include "assay/plugin.h"

ASSAY_C_BEGIN

#define ASSAY_EXT_SENSORS "assay.sensors/1"

#define ASSAY_SENSOR_ENERGY_J 1 /* monotonic counter: preferred over power */
#define ASSAY_SENSOR_POWER_W 2
#define ASSAY_SENSOR_TEMPERATURE_C 3
#define ASSAY_SENSOR_CLOCK_HZ 4
#define ASSAY_SENSOR_THROTTLE 5    /* bits: ASSAY_THROTTLE_* */
#define ASSAY_SENSOR_UTILISATION 6 /* 0..1 */
#define ASSAY_SENSOR_MEMORY_USED 7 /* bytes */
#define ASSAY_SENSOR_ECC_UNCORRECTED 8

#define ASSAY_THROTTLE_POWER 1
#define ASSAY_THROTTLE_THERMAL 2
#define ASSAY_THROTTLE_CURRENT 4
#define ASSAY_THROTTLE_EXTERNAL 8
#define ASSAY_THROTTLE_USER_CLOCKS 16

/* OUT */
typedef struct assay_sensor_info {
    uint32_t struct_size;
    int32_t kind;                 /* ASSAY_SENSOR_* */
    char name[64];                /* "gpu.power.instant" */
    char scope[64];               /* "chip", "memory", "board", "package", "node" */
    char source[64];              /* "nvml", "rapl", "hwmon" */
    uint64_t update_period_ns;    /* how often the value really changes; 0 unknown */
    uint64_t averaging_window_ns; /* 0 instantaneous or unknown */
    double accuracy;              /* relative; 0 unknown */
} assay_sensor_info;

/* FROZEN. The host sets `sensor`; the plugin sets the rest. */
typedef struct assay_sample {
    double value;
    uint64_t host_ns; /* when it was read, of the host's clock */
    int32_t sensor;   /* index of assay_sensor_info */
    assay_status status;
} assay_sample;

typedef struct assay_ext_sensors {
    uint32_t struct_size;
    uint32_t reserved0;

    /* [T] Sensor `index` of device `device`, until INVALID. */
    assay_status(ASSAY_CALL* get_info)(uint32_t device, uint32_t index, assay_sensor_info* out,
                                       assay_error* err);

    /* [A] One pass over all that are asked, while work runs. No device-wide lock, no stream
     * synchronisation. A sensor that fails says so in its own `status`. */
    assay_status(ASSAY_CALL* sample)(uint32_t device, assay_sample* inout, uint32_t count,
                                     assay_error* err);
} assay_ext_sensors;

ASSAY_C_END
#endif
