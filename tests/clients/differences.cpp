// SPDX-License-Identifier: Apache-2.0
#include "matrix.hpp"

namespace phi::test {

const std::vector<Difference>& lasting_differences() {
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
    };
    return table;
}

const std::vector<Difference>& not_built_yet() {
    static const char* const exec = "not yet: exec";
    static const char* const update = "not yet: update";
    static const std::vector<Difference> table = {
        {every_client, "exec: output and exit code", guest, "exec is not supported", exec},
        {every_client, "exec -i: standard input", guest, "exec is not supported", exec},
        {every_client, "exec -t: a terminal", guest, "exec is not supported", exec},
        {every_client, "exec --user", guest, "exec is not supported", exec},
        {engines, "exec --env", guest, "exec is not supported", exec},
        {every_client, "exec --workdir", guest, "exec is not supported", exec},
        {every_client, "exec of a missing command", guest, "exec is not supported", exec},
        {every_client, "exec -d", guest, "exec is not supported", exec},
        {engines, "health check", guest, "healthy", exec},
        {ctr | docker, "top", partitions, "ps is not supported", "not yet: ps"},
        {engines, "update --cpus", partitions, "update is not supported", update},
        {engines, "update --cpuset-cpus", partitions, "update is not supported", update},
        {every_client, "a missing command", guest, "an error that names it",
         "not yet: 127 is told, and why is in runphi's log alone"},
        {every_client, "--volume, writable", guest, "bind", "not yet: volumes that live"},
        {engines, "a named volume", guest, "bind", "not yet: volumes that live"},
    };
    return table;
}

}  // namespace phi::test
