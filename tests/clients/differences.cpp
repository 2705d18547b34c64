// SPDX-License-Identifier: Apache-2.0
#include "matrix.hpp"

namespace phi::test {

const std::vector<Difference>& differences() {
    static const std::vector<Difference> table = {
        {every_client, "run: standard error apart", guest, "output and errors apart",
         "a partition has one console, and it is the standard output"},
        {every_client, "exec: output and exit code", inmate, "exec",
         "refused: nothing in an inmate could run a command"},
        {engines, "update --memory", partitions, "update",
         "refused: a partition's memory is granted once, when it is made"},
        {engines, "stop: killed after the grace", inmate, "there was: 143",
         "an inmate that has nobody to be asked is ended at once, with 143"},
        {engines, "cp out of a running one", guest, "/work/made",
         "the guest's files are in its memory; the client looks for them on the host"},
        {cri, "the log: standard error apart", guest, " stdout F err",
         "a partition has one console, and it is the standard output"},
        {cri, "StopContainer: killed after the grace", inmate, "there was: 143",
         "an inmate that has nobody to be asked is ended at once, with 143"},
        {cri, "memory used up: OOMKilled", guest, "there was: 137, Error",
         "137 is told, and the reason Error: the guest's own kernel ended it, and no cgroup of the "
         "host has run out"},
        {cri, "ExecSync: output, errors and exit code", inmate, "exec",
         "refused: nothing in an inmate could run a command"},
        {cri, "UpdateContainerResources: memory", partitions, "create the container anew",
         "refused: a partition's memory is granted once, when it is made"},
        {cri, "shareProcessNamespace", guest, "wanted the pod's processes",
         "a guest has its own kernel: it sees its own processes, and nobody in the pod sees them"},
        {cri, "hostNetwork", partitions, "hostNetwork: false",
         "refused: a guest cannot share the host's network"},
    };
    return table;
}

}  // namespace phi::test
