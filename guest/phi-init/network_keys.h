/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names in /.runphi/network, which the host's monitor appends to the initramfs and phi-init
 * reads. C11 and C++. Without the file, the guest has its loopback and nothing else to set up.
 *
 * Records as in config_keys.h; a value's fields are separated by one space, and "-" stands for what
 * is not there. An address, route or neighbour belongs to the interface before it. Numbers are
 * decimal, flags 0 or 1.
 */
#ifndef RUNPHI_GUEST_NETWORK_KEYS_H
#define RUNPHI_GUEST_NETWORK_KEYS_H

#define PHI_NETWORK_FILE "/.runphi/network"
#define PHI_NETWORK_SIZE_MAX (1 << 20) /* bytes of the whole file */
#define PHI_NETWORK_INTERFACES_MAX 16

#define PHI_NET_FORMAT "format"
#define PHI_NET_FORMAT_VERSION "1"

/* MAC MTU UP IPV6 ACCEPT_RA NAME: the device with this MAC address gets the name. UP: bring it up.
 * IPV6: whether it has IPv6. ACCEPT_RA: net.ipv6.conf.NAME.accept_ra. */
#define PHI_NET_INTERFACE "interface"
/* ADDRESS PREFIX PEER BROADCAST SCOPE */
#define PHI_NET_ADDRESS "address"
/* DESTINATION PREFIX GATEWAY SOURCE METRIC SCOPE PROTOCOL ONLINK MTU */
#define PHI_NET_ROUTE "route"
/* ADDRESS MAC */
#define PHI_NET_NEIGHBOUR "neighbour"
/* ADDRESS: a name server of the container's on its own loopback, IPv4. phi-init listens there in
 * its place and passes on what comes (runphi/agent.h: lookups). At most three, in the order of the
 * lookups' server numbers. */
#define PHI_NET_RESOLVER "resolver"

#endif
