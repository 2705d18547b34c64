// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/process.hpp"
#include "support/sandbox.hpp"

// Two network namespaces of this test alone, a container's and its peer's, with cables between
// them. No frame leaves them.
namespace phi::test {

class NetworkLab {
  public:
    NetworkLab();
    NetworkLab(const NetworkLab&) = delete;
    NetworkLab& operator=(const NetworkLab&) = delete;
    ~NetworkLab();

    // Why there can be none on this machine; empty if there can.
    static std::string missing();

    std::string container_path() const { return "/run/netns/" + container_; }
    // A cable: `name` in the container's namespace with 10.N.0.2/24 and fdN::2/64, "peerN" at the
    // other end with the same ending in 1; N is 1 to 9.
    void connect(const std::string& name, unsigned n, unsigned mtu = 1500);
    // The same, but the near end stays unconfigured in the peer's namespace, for a hook to move.
    void prepare(const std::string& name, unsigned n);

    // Each runs to its end. `in_container("ip addr")`: words without quotes.
    Result in_container(const std::string& command) const { return run_in(container_, command); }
    Result in_peer(const std::string& command) const { return run_in(peer_, command); }
    const std::string& peer() const { return peer_; }
    // An HTTP server in the peer's namespace, on port 8080 of all its addresses, over this folder.
    void serve(const std::string& folder);

    // What partitions have left in the container's namespace; empty when clean.
    std::string remains() const;

  private:
    static Result run_in(const std::string& name, const std::string& command);
    void link(const std::string& name, unsigned n, unsigned mtu);

    std::string container_, peer_;
    std::vector<Spawned> servers_;
};

}  // namespace phi::test
