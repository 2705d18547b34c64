/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_INMATE_PCI_SERIAL_H
#define RUNPHI_INMATE_PCI_SERIAL_H

#include <stdint.h>

/* Finds a 16550 on bus 0 and gives it an address; its registers, or NULL. */
volatile uint8_t* pci_serial_find(void);

#endif
