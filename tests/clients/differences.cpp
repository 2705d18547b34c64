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
    static const std::vector<Difference> table;
    return table;
}

}  // namespace phi::test
