// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fake/jailhouse/server.hpp"
#include "model.hpp"
#include "plugins/jailhouse/format/read.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "support/folder.hpp"
#include "support/sandbox.hpp"
#include "unit/jailhouse/samples.hpp"

// A node with the real plugin, on the model of Jailhouse.
namespace phi::test {

using fake_jailhouse::Machine;
using namespace jailhouse_test;

inline jh::System machine_config() {
    jh::System out =
        machine_arch == jh::Arch::x86 ? sample_x86_system() : sample_system(jh::Layout::master);
    out.root_cell.cpu_set = {0xf, 0, 0, 0, 0, 0, 0, 0};
    out.root_cell.regions[1].phys_start = out.root_cell.regions[1].virt_start = ram;
    return out;
}

inline fake_jailhouse::Facts machine_facts() {
    fake_jailhouse::Facts out;
    out.arch = static_cast<std::uint8_t>(machine_arch);
    out.ram = ram;
    return out;
}

class Cells : public ::testing::Test {
  protected:
    Cells() : server_(Machine(machine_facts()), folder_.path()), node_("jailhouse", settings()) {
        write_text(node_.dir() + "/board.json", board);
    }
    ~Cells() override {
        for (const char* id : {"c", "d"}) node_.run({"delete", "--force", id});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
        EXPECT_EQ(server_.look().cells().size(), 1U) << "only the root cell is left";
    }

    std::string backend_settings() {
        const std::string system =
            folder_.write("system.cell", write_system(machine_config(), jh::Layout::master));
        return "{\"device\": \"" + server_.device() + "\", \"sysfs\": \"" + server_.sysfs() +
               "\", \"memory\": \"" + server_.memory() + "\", \"system\": \"" + system + "\"}";
    }
    std::string settings() {
        return "\"defaults\": {\"memory\": \"2M\"}, \"backend_settings\": {\"jailhouse\": " +
               backend_settings() + "}";
    }
    Result create(const std::string& id, const std::string& inmate) {
        return node_.run({"create", "--bundle", node_.inmate_bundle("bundle-" + id, inmate), id});
    }
    void created(const std::string& id, const std::string& inmate) {
        const Result made = create(id, inmate);
        ASSERT_EQ(made.status, 0) << made.err;
        EXPECT_EQ(made.out + made.err, "") << "success is silent";
    }
    void ok(const std::vector<std::string>& args) {
        const Result result = node_.run(args);
        EXPECT_EQ(result.status, 0) << args[0] << ": " << result.err;
    }
    bool has_status(const std::string& status) {
        return node_.run({"state", "c"}).out.find("\"status\": \"" + status + "\"") !=
               std::string::npos;
    }
    void await_status(const std::string& status) {
        EXPECT_TRUE(Sandbox::eventually([&] { return has_status(status); }))
            << node_.run({"state", "c"}).out;
    }
    fake_jailhouse::Cell cell(const std::string& name) {
        Machine now = server_.look();
        const auto* found = now.find(name);
        return found != nullptr ? *found : fake_jailhouse::Cell();
    }
    std::string file(const std::string& id, const std::string& name) const {
        return read_text(node_.state_dir() + "/" + id + "/" + name);
    }

    Folder folder_;
    fake_jailhouse::Server server_;
    Sandbox node_;
};

}  // namespace phi::test
