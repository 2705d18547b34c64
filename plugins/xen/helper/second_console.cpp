// SPDX-License-Identifier: Apache-2.0
#include "second_console.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "../presence/toolstack.hpp"
#include "patience.hpp"

extern "C" {
#include <xen/io/console.h>
#include <xen/io/xenbus.h>
#include <xenevtchn.h>
#include <xengnttab.h>
}

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr const char* device = "console/1";  // 0 is xenconsoled's
constexpr std::uint32_t out_size = sizeof(xencons_interface::out);
constexpr std::uint32_t in_size = sizeof(xencons_interface::in);

std::string state(XenbusState value) {
    return std::to_string(static_cast<int>(value));
}

std::uint32_t load(const XENCONS_RING_IDX& index) {
    return __atomic_load_n(&index, __ATOMIC_ACQUIRE);
}

void store(XENCONS_RING_IDX& index, std::uint32_t value) {
    __atomic_store_n(&index, value, __ATOMIC_RELEASE);
}

}  // namespace

void SecondConsole::Closer::operator()(xenevtchn_handle* handle) const {
    ::xenevtchn_close(handle);
}

void SecondConsole::Closer::operator()(xengntdev_handle* handle) const {
    ::xengnttab_close(handle);
}

SecondConsole::SecondConsole(std::uint32_t domid)
    : domid_(domid),
      frontend_("/local/domain/" + std::to_string(domid) + "/device/" + device),
      backend_("/local/domain/0/backend/console/" + std::to_string(domid) + "/1"),
      store_(require_xenstore(Settings(), store_patience)) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        throw sdk::os_error("socketpair");
    }
    near_.reset(ends[0]);
    far_.reset(ends[1]);
    publish();
    store_.watch(frontend_ + "/state");
}

SecondConsole::~SecondConsole() {
    disconnect();
}

// libxl's own node comes first: by it libxl finds the others when the domain goes.
void SecondConsole::publish() {
    const std::string id = std::to_string(domid_), own = "/libxl/" + id + "/device/" + device;
    const auto fill = [&](const std::string& folder,
                          const std::vector<std::pair<const char*, std::string>>& nodes) {
        for (const auto& [name, value] : nodes) store_.write(folder + "/" + name, value);
    };
    fill(own, {{"frontend", frontend_}, {"backend", backend_}});
    store_.write(backend_, "");
    store_.permit(backend_, {"n0", "r" + id});
    fill(backend_, {{"frontend", frontend_},
                    {"frontend-id", id},
                    {"online", "1"},
                    {"protocol", "vt100"},
                    {"state", state(XenbusStateInitialising)}});
    store_.write(frontend_, "");
    store_.permit(frontend_, {"n" + id, "r0"});
    fill(frontend_, {{"backend", backend_},
                     {"backend-id", "0"},
                     {"type", "ioemu"},
                     {"output", "pty"},
                     {"protocol", "vt100"},
                     {"state", state(XenbusStateInitialising)}});
}

std::uint32_t SecondConsole::told(const char* node) {
    const std::string text = store_.read(frontend_ + "/" + node).value_or("");
    std::uint32_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec == std::errc() && parsed.ptr == end) return value;
    throw Error(Code::hypervisor, std::string(node) + " is no number");
}

// Connects once: a guest that asks again, as after a reset by itself, is not heard.
void SecondConsole::hear_guest() {
    const std::string now = store_.read(frontend_ + "/state").value_or("");
    if (now == state(XenbusStateInitialised) && page_ == nullptr) connect();
    closing_ = now == state(XenbusStateClosing) || now == state(XenbusStateClosed);
}

// A kernel that powers off waits five seconds for this.
void SecondConsole::close() {
    disconnect();
    store_.write(backend_ + "/state", state(XenbusStateClosed));
}

void SecondConsole::connect() {
    const std::uint32_t reference = told("ring-ref"), remote = told("port");
    grants_.reset(::xengnttab_open(nullptr, 0));
    events_.reset(::xenevtchn_open(nullptr, 0));
    if (!grants_ || !events_) throw sdk::os_error("open /dev/xen/gntdev and /dev/xen/evtchn");
    ::fcntl(::xenevtchn_fd(events_.get()), F_SETFL, O_NONBLOCK);
    void* page =
        ::xengnttab_map_grant_ref(grants_.get(), domid_, reference, PROT_READ | PROT_WRITE);
    if (page == nullptr) throw sdk::os_error("map grant " + std::to_string(reference));
    page_ = static_cast<xencons_interface*>(page);
    const int port = ::xenevtchn_bind_interdomain(events_.get(), domid_, remote);
    if (port < 0) throw sdk::os_error("bind event channel " + std::to_string(remote));
    port_ = static_cast<std::uint32_t>(port);
    taken_ = load(page_->out_cons);
    given_ = load(page_->in_prod);
    store_.write(backend_ + "/state", state(XenbusStateConnected));
}

void SecondConsole::disconnect() {
    over_ = true;
    if (page_ != nullptr) ::xengnttab_unmap(grants_.get(), page_, 1);
    page_ = nullptr;
    events_.reset();
    grants_.reset();
}

void SecondConsole::add_to(std::vector<pollfd>& slots) {
    first_slot_ = slots.size();
    const bool live = page_ != nullptr;
    slots.push_back({over_ ? -1 : store_.fd(), POLLIN, 0});
    slots.push_back({live ? ::xenevtchn_fd(events_.get()) : -1, POLLIN, 0});
    const int wanted = (is_full_ ? 0 : POLLIN) | (wants_room_ ? POLLOUT : 0);
    slots.push_back({live ? near_.get() : -1, static_cast<short>(wanted), 0});
}

void SecondConsole::handle(const std::vector<pollfd>& slots) {
    moved_ = false;
    if (over_) return;
    try {
        if (slots[first_slot_].revents != 0 && store_.changed()) hear_guest();
        if (slots[first_slot_ + 1].revents != 0) take_event();
        if (page_ != nullptr) move();
        if (closing_ && !wants_room_) close();
    } catch (const Error& error) {
        ::dprintf(2, "the domain's second console: %s\n", error.message().c_str());
        disconnect();
        near_.reset();  // whoever has the other end sees it
    }
}

void SecondConsole::take_event() {
    const int port = ::xenevtchn_pending(events_.get());
    if (port >= 0) ::xenevtchn_unmask(events_.get(), static_cast<evtchn_port_t>(port));
}

void SecondConsole::notify() {
    ::xenevtchn_notify(events_.get(), port_);
}

void SecondConsole::move() {
    bool any = false;
    while (from_guest()) any = moved_ = true;
    while (to_guest()) any = true;
    if (any) notify();
}

// One piece without a turn of the ring. False: there is nothing, or no room for it.
bool SecondConsole::from_guest() {
    wants_room_ = false;
    const std::uint32_t length = load(page_->out_prod) - taken_, at = taken_ % out_size;
    if (length > out_size) throw Error(Code::hypervisor, "the guest has written past its ring");
    if (length == 0) return false;
    // A copy: what the kernel sends from must not change meanwhile.
    char bytes[out_size];
    const std::uint32_t piece = std::min(length, out_size - at);
    std::memcpy(bytes, page_->out + at, piece);
    const ssize_t put = ::send(near_.get(), bytes, piece, MSG_NOSIGNAL);
    wants_room_ = put < 0;
    if (put <= 0) return false;
    taken_ += static_cast<std::uint32_t>(put);
    store(page_->out_cons, taken_);
    return true;
}

bool SecondConsole::to_guest() {
    const std::uint32_t length = given_ - load(page_->in_cons), at = given_ % in_size;
    if (length > in_size) throw Error(Code::hypervisor, "the guest has read past its ring");
    is_full_ = length == in_size;
    if (is_full_) return false;
    char bytes[in_size];
    const ssize_t got =
        ::recv(near_.get(), bytes, std::min(in_size - length, in_size - at), MSG_DONTWAIT);
    if (got <= 0) return false;
    std::memcpy(page_->in + at, bytes, static_cast<std::size_t>(got));
    given_ += static_cast<std::uint32_t>(got);
    store(page_->in_prod, given_);
    return true;
}

}  // namespace runphi::xen
