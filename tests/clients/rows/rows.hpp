// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "matrix.hpp"

// The rows of the matrix, one function a subject and a file.
namespace phi::test {

std::vector<Row> running_rows();   // in the foreground, detached, with a terminal
std::vector<Row> ending_rows();    // stop, kill, restart, crash
std::vector<Row> watching_rows();  // inspect, top, stats, update, pause: on one that runs
std::vector<Row> exec_rows();
std::vector<Row> asking_rows();   // what the options of run reach
std::vector<Row> file_rows();     // mounts and copies
std::vector<Row> service_rows();  // of Docker's services
std::vector<Row> network_rows();
std::vector<Row> error_rows();

// Of Kubernetes' interface.
std::vector<Row> pod_life_rows();
std::vector<Row> pod_watching_rows();  // on one that runs
std::vector<Row> pod_asking_rows();    // what a specification reaches
std::vector<Row> pod_sharing_rows();   // sandboxes, networks, several containers in a pod
}  // namespace phi::test
