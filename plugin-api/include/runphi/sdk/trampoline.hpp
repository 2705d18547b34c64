// SPDX-License-Identifier: Apache-2.0
#pragma once

// From the C tables to the virtual functions, and back. Nothing here is for plugin authors.

#include <fcntl.h>
#include <runphi/abi.h>
#include <runphi/sdk/error.hpp>
#include <runphi/sdk/host.hpp>
#include <runphi/sdk/values.hpp>

#include <cstddef>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace runphi::sdk::detail {

// Copies text into a fixed field: NUL-terminated, cut between two characters, never within one.
inline void fill(char* field, std::size_t capacity, std::string_view text) noexcept {
    std::size_t length = text.size() < capacity - 1 ? text.size() : capacity - 1;
    const auto continues = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    while (length > 0 && length < text.size() && continues(length)) --length;
    for (std::size_t i = 0; i < length; ++i) field[i] = text[i] == '\0' ? ' ' : text[i];
    field[length] = '\0';
}

template <std::size_t N>
void fill(char (&field)[N], std::string_view text) noexcept {
    fill(field, N, text);
}

inline runphi_result report(runphi_error* error, Code code, std::string_view message,
                            std::string_view hint = {}, int sys_errno = 0) noexcept {
    if (error != nullptr && error->size >= sizeof *error) {
        error->sys_errno = sys_errno;
        fill(error->message, message);
        fill(error->hint, hint);
    }
    return static_cast<runphi_result>(code);
}

// Runs `body`; whatever it throws becomes a result and an error. Nothing leaves a plugin.
template <typename Body>
runphi_result guarded(runphi_error* error, const Body& body) noexcept {
    try {
        body();
        return RUNPHI_OK;
    } catch (const Error& e) {
        return report(error, e.code(), e.message(), e.hint(), e.sys_errno());
    } catch (const std::bad_alloc&) {
        return report(error, Code::no_resource, "the plugin ran out of memory", {}, ENOMEM);
    } catch (const std::exception& e) {
        return report(error, Code::internal, e.what(), "this is a fault of the plugin");
    } catch (...) {
        return report(error, Code::internal, "the plugin threw something that is no exception",
                      "this is a fault of the plugin");
    }
}

// A struct that is shorter than ABI 1.0 wrote it does not come from a host of ABI 1.
template <typename Struct>
const Struct& checked(const Struct* given, const char* name) {
    if (given == nullptr) throw Error(Code::invalid, std::string(name) + " is NULL");
    if (given->size < sizeof(Struct)) {
        throw Error(Code::invalid, std::string(name) + " has " + std::to_string(given->size) +
                                       " bytes, ABI 1.0 needs " + std::to_string(sizeof(Struct)));
    }
    return *given;
}

inline std::string_view view(const runphi_bytes& bytes) {
    if (bytes.data == nullptr || bytes.len == 0) return {};
    return {static_cast<const char*>(bytes.data), static_cast<std::size_t>(bytes.len)};
}

inline Host host_of(const runphi_host* host) {
    return Host(checked(host, "runphi_host"));
}

inline Partition partition_of(const runphi_partition* given) {
    const runphi_partition& from = checked(given, "runphi_partition");
    if (from.name == nullptr || from.name[0] == '\0') {
        throw Error(Code::invalid, "runphi_partition.name is empty");
    }
    return {from.name, from.dir == nullptr ? "" : from.dir, from.dir_fd, view(from.handle),
            view(from.plan)};
}

// The elements of an array are as far apart as the host's struct is long, which may be longer than
// ours.
inline std::vector<Image> images_of(const runphi_image* images, std::uint32_t count) {
    std::vector<Image> out;
    const auto* at = reinterpret_cast<const char*>(images);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto& image = checked(reinterpret_cast<const runphi_image*>(at), "runphi_image");
        out.push_back({std::string(image.role, ::strnlen(image.role, sizeof image.role)), image.fd,
                       image.length});
        at += image.size;
    }
    return out;
}

inline void write(const runphi_sink* sink, std::string_view bytes) {
    const runphi_sink& to = checked(sink, "runphi_sink");
    if (bytes.empty()) return;
    if (to.write(to.ctx, bytes.data(), bytes.size()) != RUNPHI_OK) {
        throw Error(Code::no_resource, "the host does not take " + std::to_string(bytes.size()) +
                                           " bytes of this value");
    }
}

// An answer is written only if the host's struct has room for it.
inline void answer(runphi_query* out, const Query& query) {
    checked(out, "runphi_query");
    out->state = static_cast<std::int32_t>(query.state);
    out->has_exit = query.exit_status ? 1 : 0;
    out->exit_status = query.exit_status.value_or(0);
    fill(out->detail, query.detail);
}

inline void answer(runphi_probe* out, const Probe& probe) {
    checked(out, "runphi_probe");
    out->present = probe.present ? 1 : 0;
    out->capabilities = probe.capabilities;
    fill(out->version, probe.version);
    fill(out->reason, probe.reason);
}

// A descriptor that goes to the host: close-on-exec, whatever the plugin did.
inline void answer(std::int32_t* out, UniqueFd fd) {
    if (out == nullptr) throw Error(Code::invalid, "there is no place for the descriptor");
    if (!fd) throw Error(Code::internal, "the plugin returned no descriptor");
    const int flags = ::fcntl(fd.get(), F_GETFD);
    if (flags < 0) throw os_error("the descriptor that the plugin returned");
    if ((flags & FD_CLOEXEC) == 0) ::fcntl(fd.get(), F_SETFD, flags | FD_CLOEXEC);
    *out = fd.release();
}

}  // namespace runphi::sdk::detail

namespace runphi::sdk {

inline PlannedBundle Host::plan_bundle(const std::string& path, const std::string& id,
                                       std::uint64_t capabilities) const {
    if (host_->plan_bundle == nullptr) throw Error(Code::unsupported, "this host plans nothing");
    runphi_bundle what{};
    what.size = sizeof what;
    what.path = path.c_str();
    what.id = id.c_str();
    what.capabilities = capabilities;
    PlannedBundle out;
    runphi_sink plan{};
    plan.size = sizeof plan;
    plan.ctx = &out.plan;
    plan.write = [](void* ctx, const void* data, std::uint64_t length) {
        try {
            static_cast<std::string*>(ctx)->append(static_cast<const char*>(data), length);
            return RUNPHI_OK;
        } catch (...) {
            return RUNPHI_NO_RESOURCE;
        }
    };
    const runphi_image* images = nullptr;
    std::uint32_t n_images = 0;
    runphi_error error{};
    error.size = sizeof error;
    const runphi_result code =
        host_->plan_bundle(host_->ctx, &what, &plan, &images, &n_images, &error);
    if (code != RUNPHI_OK) throw detail::taken_from(code, error);
    out.images = detail::images_of(images, n_images);
    return out;
}

}  // namespace runphi::sdk
