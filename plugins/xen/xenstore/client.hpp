// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

namespace runphi::xen {

// Talks to xenstore over the daemon's socket, with a time limit for each answer: libxenstore waits
// for ever for a daemon that does not answer. The protocol is Xen's public one,
// xen/include/public/io/xs_wire.h.
class XenStore {
  public:
    // Throws Error(not_found) when nobody listens at the socket.
    static XenStore connect(const std::string& path, std::chrono::milliseconds patience);

    // The node's value; nullopt if there is no such node. Throws Error(timeout) if there is no
    // answer in time, Error(io) for an answer that is none.
    std::optional<std::string> read(const std::string& node);
    // The names of the nodes in it; none if there is no such node.
    std::vector<std::string> directory(const std::string& node);

    // Makes the node if need be, and the folders above it.
    void write(const std::string& node, const std::string& value);
    // Each as xenstore has it: a letter (n, r, w, b) and a domain. The first is the owner, and what
    // all others may do; nodes made below later are the same.
    void permit(const std::string& node, const std::vector<std::string>& permissions);

    // From now on fd() becomes readable when the node, or one below it, changes, and once at the
    // beginning.
    void watch(const std::string& node);
    int fd() const { return socket_.get(); }
    // Takes the events that have come; false: there were none.
    bool changed();
    // Watches the node until somebody has written something to it, and tells what. nullopt if
    // nobody has in that time.
    std::optional<std::string> await(const std::string& node, std::chrono::milliseconds time);

  private:
    XenStore(sdk::UniqueFd socket, std::chrono::milliseconds patience)
        : socket_(std::move(socket)), patience_(patience) {}

    // struct xsd_sockmsg, in the machine's own order of bytes.
    struct Header {
        std::uint32_t type, request, transaction, length;
    };

    std::optional<std::string> ask(unsigned type, const std::string& payload);
    Header receive_header(std::chrono::steady_clock::time_point until);
    void take_event(const Header& header);
    std::string receive(std::size_t length, std::chrono::steady_clock::time_point until);

    sdk::UniqueFd socket_;
    std::chrono::milliseconds patience_;
    unsigned last_request_ = 0;
    bool changed_ = false;  // an event has come before an answer
};

}  // namespace runphi::xen
