// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../xenstore/client.hpp"

struct xenevtchn_handle;
struct xengntdev_handle;
struct xencons_interface;

namespace runphi::xen {

// A second console of a domain, hvc1 in a Linux guest, with its backend: xenconsoled serves the
// first one only, and libxl's own way to another (`channel` of xl.cfg) needs QEMU in dom0. The
// guest grants a page with two rings (Xen's public io/console.h) and tells the grant's reference
// and an event channel in xenstore. It may write there, and into the page, what it likes.
class SecondConsole {
  public:
    // Puts the device into xenstore; the domain must not run yet. libxl takes the nodes away with
    // the domain, as those of its own consoles. Throws Error.
    explicit SecondConsole(std::uint32_t domid);
    ~SecondConsole();
    SecondConsole(const SecondConsole&) = delete;
    SecondConsole& operator=(const SecondConsole&) = delete;

    // A socket with what the guest writes and reads; to be taken once.
    sdk::UniqueFd take_end() { return std::move(far_); }

    void add_to(std::vector<pollfd>& slots);
    // Of the same vector. A guest that breaks the protocol loses the console.
    void handle(const std::vector<pollfd>& slots);
    // Bytes of the guest were moved by the last call of handle.
    bool moved() const { return moved_; }
    // Gives the guest's page back: a domain whose memory somebody has mapped does not go.
    void disconnect();

  private:
    struct Closer {
        void operator()(xenevtchn_handle* handle) const;
        void operator()(xengntdev_handle* handle) const;
    };

    void publish();
    void connect();
    void hear_guest();
    void close();
    std::uint32_t told(const char* node);
    void notify();
    void take_event();
    void move();
    bool from_guest();
    bool to_guest();

    std::uint32_t domid_;
    std::string frontend_, backend_;
    XenStore store_;
    sdk::UniqueFd near_, far_;
    std::unique_ptr<xenevtchn_handle, Closer> events_;
    std::unique_ptr<xengntdev_handle, Closer> grants_;
    xencons_interface* page_ = nullptr;  // nullptr: not connected
    std::uint32_t port_ = 0;
    std::uint32_t taken_ = 0, given_ = 0;  // our indices; what stands in the page the guest can set
    bool wants_room_ = false, is_full_ = false, moved_ = false;
    bool closing_ = false, over_ = false;
    std::size_t first_slot_ = 0;
};

}  // namespace runphi::xen
