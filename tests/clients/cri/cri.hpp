// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "client.hpp"

namespace phi::test {

// containerd as a kubelet meets it: the Container Runtime Interface, and CNI for the networks of
// pods. Its handler "runphi" is the runtime to be tested, "vanilla" stock runc.
class Cri : public Client {
  public:
    Cri(const Place& place, const std::string& runtime, const std::vector<std::string>& images);

    ClientId id() const override { return cri; }
    std::unique_ptr<Scene> scene(Kind kind) override;

    // Asks the server; request and answer are JSON (cri.proto).
    Result ask(const std::string& method, const std::string& request) const {
        return call({method, request});
    }
};

}  // namespace phi::test
