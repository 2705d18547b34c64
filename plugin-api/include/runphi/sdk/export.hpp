// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>
#include <runphi/sdk/backend.hpp>
#include <runphi/sdk/json.hpp>
#include <runphi/sdk/trampoline.hpp>

#include <cstring>
#include <string_view>
#include <type_traits>

extern "C" {
// Declared first: a constant without a declaration would be of this file alone.
__attribute__((visibility("default"))) extern const struct runphi_plugin runphi_plugin_entry;
}

namespace runphi::sdk::detail {

// True if a member function is Backend's own: the class that a member pointer names is the one that
// declares the function.
template <typename Class, typename Result, typename... Args>
constexpr bool inherited(Result (Class::*)(Args...)) {
    return std::is_same_v<Class, Backend>;
}

// Copies a name into a fixed field at compile time; a name that does not fit does not compile.
template <std::size_t N>
constexpr void copy_name(char (&field)[N], std::string_view name) {
    if (name.empty() || name.size() >= N) throw "the id, version or vendor is empty or too long";
    for (std::size_t i = 0; i < name.size(); ++i) field[i] = name[i];
}

// The C tables of one backend class. Each function unpacks its arguments, calls the class, and
// packs the answer.
template <typename T>
struct Tables {
    static T& backend() {
        static T instance;
        return instance;
    }

    // ---- detect
    static runphi_result probe(const runphi_host* host, runphi_probe* out, runphi_error* error) {
        return guarded(error, [&] {
            checked(out, "runphi_probe");
            answer(out, backend().probe(host_of(host)));
        });
    }
    static runphi_result inventory(const runphi_host* host, const runphi_sink* board,
                                   runphi_error* error) {
        return guarded(error, [&] { write(board, backend().inventory(host_of(host))); });
    }
    static constexpr runphi_detect detect{sizeof(runphi_detect), 0, &probe, &inventory};

    // ---- resources
    template <std::string (Backend::*Stage)(const Host&, const Planning&)>
    static runphi_result stage(const runphi_host* host, const runphi_planning* in,
                               const runphi_sink* part, runphi_error* error) {
        return guarded(error, [&] {
            const runphi_planning& given = checked(in, "runphi_planning");
            const Planning planning{view(given.board), view(given.plan),
                                    images_of(given.images, given.n_images)};
            write(part, (backend().*Stage)(host_of(host), planning));
        });
    }
    static constexpr runphi_resources resources{sizeof(runphi_resources), 0,
                                                &stage<&Backend::begin>,  &stage<&Backend::cpu>,
                                                &stage<&Backend::mem>,    &stage<&Backend::dev>,
                                                &stage<&Backend::net>,    &stage<&Backend::comm>,
                                                &stage<&Backend::boot>,   &stage<&Backend::end>};

    // ---- lifecycle
    static runphi_result create(const runphi_host* host, const runphi_partition* partition,
                                const runphi_image* images, std::uint32_t n_images,
                                const runphi_sink* handle, runphi_error* error) {
        return guarded(error, [&] {
            checked(handle, "runphi_sink");
            const std::string made = backend().create(host_of(host), partition_of(partition),
                                                      images_of(images, n_images));
            write(handle, made);
        });
    }
    template <void (Backend::*Function)(const Host&, const Partition&)>
    static runphi_result act(const runphi_host* host, const runphi_partition* partition,
                             runphi_error* error) {
        return guarded(error,
                       [&] { (backend().*Function)(host_of(host), partition_of(partition)); });
    }
    static runphi_result query(const runphi_host* host, const runphi_partition* partition,
                               runphi_query* out, runphi_error* error) {
        return guarded(
            error, [&] { answer(out, backend().query(host_of(host), partition_of(partition))); });
    }
    template <UniqueFd (Backend::*Function)(const Host&, const Partition&)>
    static runphi_result open(const runphi_host* host, const runphi_partition* partition,
                              std::int32_t* fd, runphi_error* error) {
        return guarded(error, [&] {
            answer(fd, (backend().*Function)(host_of(host), partition_of(partition)));
        });
    }
    static runphi_result event(const runphi_host* host, const runphi_partition* partition,
                               std::int32_t fd, runphi_query* out, runphi_error* error) {
        return guarded(error, [&] {
            answer(out, backend().event(host_of(host), partition_of(partition), fd));
        });
    }
    static runphi_result list(const runphi_host* host, const runphi_sink* out,
                              runphi_error* error) {
        return guarded(error, [&] { write(out, list_json(backend().list(host_of(host)))); });
    }
    static constexpr runphi_lifecycle lifecycle{
        sizeof(runphi_lifecycle),
        0,
        &create,
        &act<&Backend::start>,
        &act<&Backend::stop>,
        &act<&Backend::pause>,
        &act<&Backend::resume>,
        &act<&Backend::kill>,
        &act<&Backend::destroy>,
        &query,
        &open<&Backend::wait>,
        &event,
        &list,
        inherited(&T::mount) ? nullptr : &act<&Backend::mount>,
        inherited(&T::unmount) ? nullptr : &act<&Backend::unmount>};

    // ---- the optional ones
    static constexpr runphi_channel channel{sizeof(runphi_channel), 0, &open<&Backend::console>,
                                            &open<&Backend::agent>, &open<&Backend::sessions>};

    static runphi_result read_stats(const runphi_host* host, const runphi_partition* partition,
                                    const runphi_sink* out, runphi_error* error) {
        return guarded(
            error, [&] { write(out, backend().stats(host_of(host), partition_of(partition))); });
    }
    static constexpr runphi_stats stats{sizeof(runphi_stats), 0, &read_stats};

    static runphi_result update_partition(const runphi_host* host,
                                          const runphi_partition* partition,
                                          const runphi_bytes* plan, const runphi_sink* handle,
                                          runphi_error* error) {
        return guarded(error, [&] {
            if (plan == nullptr) throw Error(Code::invalid, "the new plan is NULL");
            checked(handle, "runphi_sink");
            write(handle, backend().update(host_of(host), partition_of(partition), view(*plan)));
        });
    }
    static constexpr runphi_update update{sizeof(runphi_update), 0, &update_partition};

    static runphi_result save(const runphi_host* host, const runphi_partition* partition,
                              std::int32_t dir_fd, runphi_error* error) {
        return guarded(error,
                       [&] { backend().save(host_of(host), partition_of(partition), dir_fd); });
    }
    static runphi_result restore(const runphi_host* host, const runphi_partition* partition,
                                 std::int32_t dir_fd, const runphi_sink* handle,
                                 runphi_error* error) {
        return guarded(error, [&] {
            write(handle, backend().restore(host_of(host), partition_of(partition), dir_fd));
        });
    }
    static constexpr runphi_snapshot snapshot{sizeof(runphi_snapshot), 0, &save, &restore};

    static runphi_result run_tool(const runphi_host* host, std::int32_t argc,
                                  const char* const* argv, std::int32_t* status,
                                  runphi_error* error) {
        return guarded(error, [&] {
            if (argc < 0 || argv == nullptr || status == nullptr) {
                throw Error(Code::invalid, "the tool needs arguments and a place for its status");
            }
            *status = backend().tool(host_of(host), {argv, argv + argc});
        });
    }
    static constexpr runphi_tool tool{sizeof(runphi_tool), 0, &run_tool};

    static const void* get_interface(const char* name) noexcept {
        if (name == nullptr) return nullptr;
        const std::string_view wanted = name;
        if (wanted == RUNPHI_DETECT_1) return &detect;
        if (wanted == RUNPHI_RESOURCES_1) return &resources;
        if (wanted == RUNPHI_LIFECYCLE_1) return &lifecycle;
        constexpr bool has_channel = !inherited(&T::console) || !inherited(&T::agent);
        constexpr bool has_snapshot = !inherited(&T::save) || !inherited(&T::restore);
        if (has_channel && wanted == RUNPHI_CHANNEL_1) return &channel;
        if (!inherited(&T::stats) && wanted == RUNPHI_STATS_1) return &stats;
        if (!inherited(&T::update) && wanted == RUNPHI_UPDATE_1) return &update;
        if (has_snapshot && wanted == RUNPHI_SNAPSHOT_1) return &snapshot;
        if (!inherited(&T::tool) && wanted == RUNPHI_TOOL_1) return &tool;
        return nullptr;
    }

    static constexpr runphi_plugin entry() {
        runphi_plugin plugin{};
        plugin.size = sizeof plugin;
        plugin.abi_major = RUNPHI_ABI_MAJOR;
        plugin.abi_minor = RUNPHI_ABI_MINOR;
        plugin.magic = RUNPHI_ENTRY_MAGIC;
        copy_name(plugin.id, T::id);
        copy_name(plugin.version, T::version);
        copy_name(plugin.vendor, T::vendor);
        plugin.get_interface = &get_interface;
        return plugin;
    }
};

}  // namespace runphi::sdk::detail

// Once, at namespace scope of one source file. The entry is constant data: the host compares it
// before it calls anything.
#define RUNPHI_EXPORT_BACKEND(TYPE)                            \
    constinit const struct runphi_plugin runphi_plugin_entry = \
        ::runphi::sdk::detail::Tables<TYPE>::entry();          \
    static_assert(std::is_base_of_v<::runphi::sdk::Backend, TYPE>)
