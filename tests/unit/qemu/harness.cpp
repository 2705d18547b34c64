// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/qemu/harness.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <limits>
#include <stdexcept>

#include "core/base/error.hpp"
#include "core/base/process.hpp"
#include "plugins/qemu/files.hpp"
#include "plugins/qemu/process.hpp"

namespace qemu_test {

using runphi::sdk::JsonWriter;

namespace {

std::int64_t no_limit(void*) {
    return std::numeric_limits<std::int64_t>::max();
}

runphi_result refuse_open(void*, const char*, std::uint64_t, std::int32_t*, runphi_error*) {
    return RUNPHI_NOT_FOUND;
}

runphi_result spawn(void*, const runphi_spawn* what, runphi_process* out, runphi_error* error) {
    phi::SpawnRequest request;
    for (auto* one = what->argv; *one != nullptr; ++one) request.argv.emplace_back(*one);
    for (std::uint32_t i = 0; i < what->n_fds; ++i) {
        request.fds.push_back({what->fds[i].from, what->fds[i].to});
    }
    request.cwd_fd = what->cwd_fd;
    request.die_with_parent = (what->flags & RUNPHI_SPAWN_DIE_WITH_PARENT) != 0;
    try {
        phi::Spawned child = phi::spawn(request);
        out->pid = child.id.pid;
        out->start_time = child.id.start_time;
        out->pidfd = child.pidfd.release();
        return RUNPHI_OK;
    } catch (const phi::Error& e) {
        std::strncpy(error->message, e.what(), sizeof error->message - 1);
        return static_cast<runphi_result>(e.code());
    }
}

std::string plan_text(const Wish& wish, const std::string& name,
                      const std::vector<TestImage>& images, const std::string& parts) {
    std::string cpus, list;
    for (const unsigned cpu : wish.cpus) cpus += (cpus.empty() ? "" : ",") + std::to_string(cpu);
    for (const TestImage& one : images) {
        list += (list.empty() ? "" : ",") + ("{\"role\":\"" + one.role) +
                "\",\"path\":\"\",\"length\":" + std::to_string(one.length);
        if (one.role == "disk") {
            list += R"(,"bus":"virtio","writable":true,"format":")" + wish.disk_format + '"';
        }
        list += "}";
    }
    return R"({"format":"runphi.plan/1","id":")" + name + R"(","partition":")" + name +
           R"(","backend":"qemu","arch":")" + wish.arch + R"(","kind":")" + wish.kind +
           R"(","request":{"net":")" + wish.net + R"("},"grant":{"cpu_count":)" +
           std::to_string(wish.cpu_count) + R"(,"cpus":[)" + cpus +
           R"(],"memory":[{"pool":"host-ram","base":0,"size":)" + std::to_string(wish.memory) +
           "}]," + wish.grant_extra + R"(},"network":)" + wish.network + R"(,"boot":{"cmdline":)" +
           JsonWriter().value(wish.cmdline).text() + wish.boot_extra + R"(,"images":[)" + list +
           R"(]},"parts":{)" + parts + "}}";
}

runphi::sdk::Planning planning_of(const std::string& plan, const std::vector<TestImage>& images) {
    runphi::sdk::Planning in{"{}", plan, {}};
    for (const TestImage& one : images) in.images.push_back({one.role, one.fd.get(), one.length});
    return in;
}

}  // namespace

TestHost::TestHost() {
    char pattern[] = "/tmp/runphi-qemu-XXXXXX";
    if (::mkdtemp(pattern) == nullptr) throw phi::os_error("mkdtemp");
    folder_ = pattern;
    cache_ = folder_ + "/cache";
    guest_dir_ = folder_ + "/no-guests";
    ::mkdir(cache_.c_str(), 0700);
    table_.size = sizeof table_;
    table_.ctx = this;
    table_.log = &append_log;
    table_.remaining_ms = &no_limit;
    table_.spawn = &spawn;
    table_.open_rootfs = &refuse_open;
    table_.settings = settings_.c_str();
    table_.cache_dir = cache_.c_str();
    table_.guest_dir = guest_dir_.c_str();
}

TestHost::~TestHost() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void TestHost::append_log(void* ctx, std::int32_t, const char* text, std::uint64_t len) {
    static_cast<TestHost*>(ctx)->log_.append(text, len) += '\n';
}

void TestHost::set_settings(const std::string& json) {
    settings_ = json;
    table_.settings = settings_.c_str();
}

void TestHost::set_guest_dir(const std::string& path) {
    guest_dir_ = path;
    table_.guest_dir = guest_dir_.c_str();
}

TestImage open_image(const std::string& role, const std::string& path) {
    TestImage out{role, phi::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), 0};
    struct stat info {};
    if (!out.fd || ::fstat(out.fd.get(), &info) != 0) throw phi::os_error("open " + path);
    out.length = static_cast<std::uint64_t>(info.st_size);
    return out;
}

TestImage image_of(const std::string& role, std::string_view bytes) {
    return {role, phi::UniqueFd(runphi::qemu::sealed_memory("image", bytes).release()),
            bytes.size()};
}

std::string stage(const TestHost& host, const Wish& wish, const std::vector<TestImage>& images,
                  std::string (runphi::sdk::Backend::*which)(const runphi::sdk::Host&,
                                                             const runphi::sdk::Planning&)) {
    runphi::qemu::QemuBackend backend;
    const std::string plan = plan_text(wish, "t", images, "");
    return (backend.*which)(host.host(), planning_of(plan, images));
}

std::string make_plan(const TestHost& host, const Wish& wish, const std::string& name,
                      const std::vector<TestImage>& images) {
    using Backend = runphi::sdk::Backend;
    struct Stage {
        const char* name;
        std::string (Backend::*run)(const runphi::sdk::Host&, const runphi::sdk::Planning&);
    };
    static constexpr Stage stages[] = {
        {"begin", &Backend::begin}, {"cpu", &Backend::cpu}, {"mem", &Backend::mem},
        {"dev", &Backend::dev},     {"net", &Backend::net}, {"comm", &Backend::comm},
        {"boot", &Backend::boot},   {"end", &Backend::end},
    };
    runphi::qemu::QemuBackend backend;
    std::string parts;
    for (const Stage& one : stages) {
        const std::string plan = plan_text(wish, name, images, parts);
        const std::string part =
            (static_cast<Backend&>(backend).*one.run)(host.host(), planning_of(plan, images));
        if (part.empty()) continue;
        parts += (parts.empty() ? "\"" : ",\"") + std::string(one.name) + "\":" + part;
    }
    return plan_text(wish, name, images, parts);
}

TestPartition::TestPartition(TestHost& host, const Wish& wish, std::vector<TestImage> images)
    : host_(host),
      images_(std::move(images)),
      name_("test-" + std::filesystem::path(host.folder()).filename().string()),
      dir_(host.folder() + "/" + name_) {
    ::mkdir(dir_.c_str(), 0711);
    dir_fd_.reset(::open(dir_.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC));
    plan_ = make_plan(host, wish, name_, images_);
}

TestPartition::~TestPartition() {
    try {
        backend.destroy(host_.host(), view());
    } catch (...) {  // NOLINT(bugprone-empty-catch): the test has said what is wrong
    }
}

runphi::sdk::Partition TestPartition::view() const {
    return {name_, dir_, dir_fd_.get(), handle_, plan_};
}

void TestPartition::create() {
    std::vector<runphi::sdk::Image> images;
    for (const TestImage& one : images_) images.push_back({one.role, one.fd.get(), one.length});
    handle_ = backend.create(host_.host(), view(), images);
}

int TestPartition::pid() const {
    return runphi::qemu::read_handle(handle_).qemu.pid;
}

runphi::sdk::Query TestPartition::await_end(int wait_fd, int drained, std::string* heard) {
    for (;;) {
        pollfd both[] = {{wait_fd, POLLIN, 0}, {drained, POLLIN, 0}};
        if (::poll(both, 2, 60'000) <= 0) throw std::runtime_error("nothing happens");
        char buffer[4096];
        const ssize_t n = both[1].revents != 0 ? ::read(drained, buffer, sizeof buffer) : 0;
        if (n > 0) heard->append(buffer, static_cast<std::size_t>(n));
        if (both[0].revents == 0) continue;
        auto state = backend.event(host_.host(), view(), wait_fd);
        using runphi::sdk::State;
        if (state.state == State::stopped || state.state == State::failed) return state;
    }
}

std::string TestPartition::read_until(int fd, const std::string& text) {
    std::string out;
    while (out.find(text) == std::string::npos) {
        pollfd one{fd, POLLIN, 0};
        if (::poll(&one, 1, 10'000) <= 0) break;
        char buffer[512];
        const ssize_t n = ::read(fd, buffer, sizeof buffer);
        if (n <= 0) break;
        out.append(buffer, static_cast<std::size_t>(n));
    }
    return out;
}

}  // namespace qemu_test
