// SPDX-License-Identifier: Apache-2.0
#include "core/network/read.hpp"

#include <linux/if_addr.h>
#include <linux/neighbour.h>

#include <algorithm>
#include <exception>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/network/parse.hpp"
#include "runphi/netlink.h"

namespace phi::network {

namespace {

// Who may change the namespace may be a container: what is read is bounded. More than a machine of
// any backend has, and than a guest's records hold.
constexpr std::size_t rows_max = 4096;
constexpr int tries_max = 16;

class Tables {
  public:
    Tables()
        : buffer_(std::make_unique_for_overwrite<std::uint32_t[]>(RUNPHI_NL_DATAGRAM_MAX / 4)) {
        const int error = runphi_nl_connect(&socket_);
        if (error != 0) throw os_error("open a netlink socket", -error);
    }
    Tables(const Tables&) = delete;
    Tables& operator=(const Tables&) = delete;
    ~Tables() { runphi_nl_disconnect(&socket_); }

    // The rows of a table that `parse` has a use for. `body` is its fixed part with nothing asked.
    template <typename Row, typename Body>
    std::vector<Row> read(unsigned type, const Body& body,
                          std::optional<Row> (*parse)(const nlmsghdr*)) {
        struct State {
            std::optional<Row> (*parse)(const nlmsghdr*);
            std::vector<Row> rows;
            std::exception_ptr failure;
        } state{parse, {}, nullptr};
        // No exception passes through C.
        const auto take = [](const nlmsghdr* message, void* context) noexcept {
            auto& into = *static_cast<State*>(context);
            try {
                if (auto row = into.parse(message)) into.rows.push_back(std::move(*row));
            } catch (...) {
                into.failure = std::current_exception();
            }
            return into.failure == nullptr && into.rows.size() <= rows_max;
        };
        int error = -EAGAIN;
        for (int tries = 0; error == -EAGAIN && tries < tries_max; ++tries) {
            state.rows.clear();
            runphi_nl_begin(&message_, type, NLM_F_DUMP, &body, sizeof body);
            error = runphi_nl_ask(&socket_, &message_, buffer_.get(), take, &state);
        }
        if (state.failure) std::rethrow_exception(state.failure);
        if (state.rows.size() > rows_max) {
            throw Error(Code::unsupported, text("the container's network namespace has more than ",
                                                rows_max, " addresses, routes or neighbours"));
        }
        if (error != 0) throw os_error("read the container's network namespace", -error);
        return std::move(state.rows);
    }

  private:
    runphi_nl_socket socket_{};
    runphi_nl_message message_{};
    std::unique_ptr<std::uint32_t[]> buffer_;
};

// Hands each row to the interface of its index.
template <typename Row>
void hand_out(std::vector<Of<Row>> rows, std::vector<Interface>& interfaces,
              std::vector<Row> Interface::*member) {
    for (auto& [index, row] : rows) {
        const auto one =
            std::find_if(interfaces.begin(), interfaces.end(),
                         [wanted = index](const Interface& each) { return each.index == wanted; });
        if (one != interfaces.end()) ((*one).*member).push_back(std::move(row));
    }
}

}  // namespace

std::vector<Interface> read_interfaces() {
    Tables tables;
    std::vector<Link> links = tables.read<Link>(RTM_GETLINK, ifinfomsg{}, &parse_link);
    std::erase_if(links, [](const Link& link) { return link.loopback; });
    if (links.empty()) return {};
    for (auto& [index, address] :
         tables.read<Of<Address>>(RTM_GETADDR, ifaddrmsg{}, &parse_address)) {
        const auto link = std::find_if(
            links.begin(), links.end(),
            [wanted = index](const Link& each) { return each.interface.index == wanted; });
        if (link != links.end()) link->interface.addresses.push_back(std::move(address));
    }
    std::vector<Interface> interfaces = choose_interfaces(std::move(links));
    if (interfaces.empty()) return {};
    hand_out(tables.read<Of<Route>>(RTM_GETROUTE, rtmsg{}, &parse_route), interfaces,
             &Interface::routes);
    hand_out(tables.read<Of<Neighbour>>(RTM_GETNEIGH, ndmsg{}, &parse_neighbour), interfaces,
             &Interface::neighbours);
    return interfaces;
}

}  // namespace phi::network
