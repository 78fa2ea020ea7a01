/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin can do to the process it is in, for tests/reliability: ASSAY_FAULT="WHAT@WHERE",
 * WHERE a call of the plugin; of prepare, enqueue and wait only for the matmul with 32 rows. In the
 * second pass alone, so that something was measured before; with ASSAY_FAULT_PASSES=all in every
 * pass, with "always" also when a plugin is only asked what it has. With ASSAY_FAULT_ONCE, a file,
 * once. */
#ifndef ASSAY_TESTS_DEATHS_H
#define ASSAY_TESTS_DEATHS_H
#ifdef __cplusplus
extern "C" {
#endif

/* Does what was asked for if it was asked for here. What returns has changed the process, or
 * started something in it. 1: the device is to be lost. */
int fault_here(const char* where);
/* As fault_here, for the matmul with `rows` rows. */
int fault_in_matmul(const char* where, long rows);
/* True when a fault is asked for at all: time is then virtual, so that a run is short. */
int any_fault(void);
/* throws.cpp */
void throw_something(void);

#ifdef __cplusplus
}
#endif
#endif
