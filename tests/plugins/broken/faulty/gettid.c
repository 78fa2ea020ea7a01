/* SPDX-License-Identifier: Apache-2.0 */
/* A function that glibc has since 2.30 only. */
#include <unistd.h>

int thread_of_plugin(void);
int thread_of_plugin(void) {
    return gettid();
}
