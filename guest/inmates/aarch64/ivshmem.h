/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_INMATE_IVSHMEM_H
#define RUNPHI_INMATE_IVSHMEM_H

#include <stdint.h>

/* The section that all ends of the cell's first shared memory device write, or NULL: it has none.
 */
volatile uint32_t* ivshmem_shared(void);

#endif
