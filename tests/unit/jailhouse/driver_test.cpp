// SPDX-License-Identifier: Apache-2.0
#include "plugins/jailhouse/driver/driver.hpp"

#include "fake/jailhouse/server.hpp"
#include "plugins/jailhouse/format/number_set.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "support/folder.hpp"
#include "unit/jailhouse/support.hpp"

// The backend's side of the driver, on the model of it (tests/fake/jailhouse).
namespace jailhouse_test {
namespace {

using namespace runphi::jailhouse;
using fake_jailhouse::Flavour;
using fake_jailhouse::Machine;
using runphi::sdk::Code;
using runphi::sdk::Error;

constexpr int timeout_ms = 60'000;
constexpr std::uint64_t ram = 0x70000000;

// RAM at 0, loadable; and one more megabyte that is not.
Cell inmate(const std::string& name, const Numbers& cpus) {
    Cell out;
    out.name = name;
    out.flags = cell_flag::passive_commreg;
    out.cpu_set = set_of(cpus);
    out.regions = {{ram, 0, 0x10000, 0x4f, 0}, {ram + 0x100000, 0x100000, 0x100000, 0xf, 0}};
    return out;
}

class OnModel : public testing::Test {
  protected:
    explicit OnModel(Flavour flavour = Flavour::master)
        : layout_(flavour == Flavour::master ? Layout::master : Layout::omnivisor),
          server_(machine(flavour), folder_.path()) {}

    Driver driver(int timeout = timeout_ms) const {
        return Driver(open_device(server_.device()), Tree(server_.sysfs()), layout_, timeout);
    }
    int create(const Cell& cell) { return driver().create(cell.name, write_cell(cell, layout_)); }
    std::string refused_create(const Cell& cell) {
        return refusal([&] { create(cell); });
    }
    static LoadImage image(const std::string& bytes, std::uint64_t target = 0) {
        return {bytes.data(), bytes.size(), target};
    }
    void change(const std::function<void(Machine&)>& how) { server_.change(how); }
    Numbers root_cpus() const { return driver().tree().cell(0)->cpus; }

    phi::test::Folder folder_;
    Layout layout_;
    fake_jailhouse::Server server_;

  private:
    static Machine machine(Flavour flavour) {
        fake_jailhouse::Facts facts;
        facts.flavour = flavour;
        return Machine(facts);
    }
};

class OnEachModel : public OnModel, public testing::WithParamInterface<Flavour> {
  protected:
    OnEachModel() : OnModel(GetParam()) {}
};

TEST_P(OnEachModel, LifeOfACell) {
    Driver driver = this->driver();
    const Cell cell = inmate("a", {1});
    const int id = driver.create("a", write_cell(cell, layout_));
    EXPECT_EQ(id, 1);
    EXPECT_EQ(driver.tree().cell(id)->state, CellState::shut_down);
    EXPECT_EQ(driver.tree().cell(id)->cpus, Numbers{1});
    EXPECT_EQ(root_cpus(), (Numbers{0, 2, 3}));

    const std::string code = "instructions", data = "data";
    driver.load(id, {image(code), image(data, 0x8000)});
    EXPECT_EQ(server_.look().memory(ram, code.size()), code);
    EXPECT_EQ(server_.look().memory(ram + 0x8000, data.size()), data);
    driver.start(id);
    EXPECT_EQ(driver.tree().cell(id)->state, CellState::running);
    EXPECT_EQ(server_.look().cells().at(id).started_with.substr(0, code.size()), code);

    driver.shut_down(id);
    EXPECT_EQ(driver.tree().cell(id)->state, CellState::shut_down);
    driver.destroy(id);
    EXPECT_FALSE(driver.tree().cell(id));
    EXPECT_EQ(root_cpus(), (Numbers{0, 1, 2, 3}));
    driver.destroy(id);
}

INSTANTIATE_TEST_SUITE_P(Trees, OnEachModel, testing::Values(Flavour::master, Flavour::omnivisor));

TEST_F(OnModel, IdsAreUsedAgain) {
    create(inmate("a", {1}));
    EXPECT_EQ(create(inmate("b", {2})), 2);
    driver().destroy(1);
    EXPECT_EQ(create(inmate("c", {3})), 1);
    EXPECT_EQ(driver().tree().cell("b")->id, 2);
}

TEST_F(OnModel, SuccessWithoutACellIsSeen) {
    Cell cell = inmate("a", {1});
    cell.arch = Arch::x86;
    EXPECT_EQ(refused_create(cell),
              "create cell \"a\": the driver reports success, and has made no cell");
    EXPECT_EQ(root_cpus(), (Numbers{0, 1, 2, 3}));
}

TEST_F(OnModel, NamesAreNotCut) {
    EXPECT_EQ(refused_create(inmate(std::string(32, 'n'), {1})),
              "create cell \"" + std::string(32, 'n') +
                  "\": a name must have 1 to 31 bytes; the driver cuts it");
    EXPECT_EQ(refused_create(inmate("", {1})),
              "create cell \"\": a name must have 1 to 31 bytes; the driver cuts it");
    EXPECT_EQ(create(inmate(std::string(31, 'n'), {1})), 1);
}

TEST_F(OnModel, RefusalsOfCreate) {
    create(inmate("a", {1}));
    EXPECT_EQ(refused_create(inmate("a", {2})),
              "create cell \"a\": there is cell \"a\" (1) already");
    EXPECT_EQ(refused_create(inmate("root", {2})),
              "create cell \"root\": there is cell \"root\" (0) already");
    const std::string busy =
        ": it wants a CPU that the root cell has not got, or its last one, or a shared memory "
        "device whose number is taken";
    EXPECT_EQ(refused_create(inmate("b", {1})), "create cell \"b\"" + busy);
    EXPECT_EQ(refused_create(inmate("b", {9})), "create cell \"b\"" + busy);
    EXPECT_EQ(refused_create(inmate("b", {0, 2, 3})), "create cell \"b\"" + busy);
    Cell large = inmate("b", {2});
    large.stream_ids.resize(20000);
    EXPECT_EQ(refused_create(large), "create cell \"b\": the configuration has more than 64 KiB");
    EXPECT_EQ(refusal([&] { driver().create("b", write_cell(inmate("b", {2}), Layout::v0_12)); }),
              "create cell \"b\": the driver does not take this configuration: it is for another "
              "Jailhouse, or the hypervisor refuses something in it");
    EXPECT_EQ(server_.look().cells().size(), 2U);
}

TEST_F(OnModel, LockedCellIsNamed) {
    const int a = create(inmate("a", {1}));
    const int b = create(inmate("b", {2}));
    driver().start(a);
    change([&](Machine& machine) { machine.lock(*machine.find("a")); });
    EXPECT_EQ(driver().tree().cell(a)->state, CellState::locked);
    const std::string why = ": cell \"a\" (1) is running and locked, and lets nothing be changed";
    EXPECT_EQ(refused_create(inmate("c", {3})), "create cell \"c\"" + why);
    EXPECT_EQ(refusal([&] { driver().destroy(b); }), "destroy cell \"b\" (2)" + why);
    // It may be ended itself.
    driver().destroy(a);
    driver().destroy(b);
}

TEST_F(OnModel, CellThatDoesNotAgree) {
    Cell active = inmate("a", {1});
    active.flags = 0;
    active.msg_reply_timeout = 1000;
    const int id = create(active);
    driver().start(id);
    change([&](Machine& machine) { machine.find("a")->denies = true; });
    EXPECT_EQ(refusal([&] { driver().destroy(id); }),
              "destroy cell \"a\" (1): it does not agree to be stopped");
    EXPECT_EQ(refusal([&] { driver().shut_down(id); }),
              "load cell \"a\" (1): it does not agree to be stopped");
    // One that does not answer at all fails after its time-out, and what was asked for happens.
    change([&](Machine& machine) { machine.find("a")->answers = false; });
    create(inmate("b", {2}));
    EXPECT_EQ(driver().tree().cell(id)->state, CellState::failed);
    EXPECT_EQ(driver().tree().cell(id)->failed_cpus, Numbers{1});
}

TEST_F(OnModel, ImagesThatDoNotFit) {
    const int id = create(inmate("a", {1}));
    const std::string why =
        "load cell \"a\" (1): an image does not lie in one region of the cell that is loadable and "
        "writable; the cell has been stopped";
    const std::string bytes(16, 'x');
    driver().start(id);
    for (const std::uint64_t target : {0xfff1ULL, 0x10000ULL, 0x100000ULL, 0x80000000ULL}) {
        EXPECT_EQ(refusal([&] { driver().load(id, {image(bytes, target)}); }), why) << target;
        EXPECT_EQ(driver().tree().cell(id)->state, CellState::shut_down);
    }
    driver().load(id, {image(bytes, 0xfff0), image({}, 0x80000000)});
}

TEST_F(OnModel, MemoryKeepsWhatTheLastOneLeft) {
    const std::string secret = "a secret";
    driver().load(create(inmate("a", {1})), {image(secret)});
    driver().destroy(1);
    driver().start(create(inmate("b", {1})));
    EXPECT_EQ(server_.look().cells().at(1).started_with.substr(0, secret.size()), secret);
}

TEST_F(OnModel, FailedCellFailsAgainUntilItIsLoaded) {
    const int id = create(inmate("a", {1}));
    driver().start(id);
    change([](Machine& machine) { machine.fail(*machine.find("a")); });
    driver().start(id);
    EXPECT_EQ(driver().tree().cell(id)->state, CellState::failed);
    driver().shut_down(id);
    driver().start(id);
    EXPECT_EQ(driver().tree().cell(id)->state, CellState::running);
}

TEST_F(OnModel, CellsThatAreGone) {
    EXPECT_EQ(refusal([&] { driver().load(7, {}); }), "load cell 7: there is no such cell");
    EXPECT_EQ(refusal([&] { driver().start(7); }), "start cell 7: there is no such cell");
    driver().destroy(7);
    // Destroyed by somebody else between our look and our call.
    const int id = create(inmate("a", {1}));
    change([](Machine& machine) { machine.fail_next = ENOENT; });
    EXPECT_EQ(refusal([&] { driver().start(id); }),
              "start cell \"a\" (1): there is no such cell any more");
}

TEST_F(OnModel, CallThatNeverReturns) {
    const int id = create(inmate("a", {1}));
    change([](Machine& machine) { machine.hang_next = true; });
    Driver driver = this->driver(100);
    try {
        driver.start(id);
        ADD_FAILURE() << "it returned";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::timeout);
        EXPECT_EQ(error.message(), "start cell \"a\" (1): Jailhouse has not answered for 100 ms");
    }
    // The next one is not in its way.
    this->driver().start(id);
    EXPECT_EQ(this->driver().tree().cell(id)->state, CellState::running);
}

// A cell that is to be asked, never answers and has no time-out stops the root cell for ever.
TEST_F(OnModel, CellThatHoldsUpEverything) {
    Cell active = inmate("a", {1});
    active.flags = 0;
    driver().start(create(active));
    change([](Machine& machine) { machine.find("a")->answers = false; });
    EXPECT_NE(refusal([&] {
                  driver(100).create("b", write_cell(inmate("b", {2}), layout_));
              }).find("has not answered for 100 ms"),
              std::string::npos);
}

TEST_F(OnModel, InterruptedCallsAreMadeAgain) {
    change([](Machine& machine) { machine.fail_next = EINTR; });
    EXPECT_EQ(create(inmate("a", {1})), 1);
}

TEST_F(OnModel, OtherErrorsAreTheKernels) {
    change([](Machine& machine) { machine.fail_next = EIO; });
    EXPECT_EQ(refused_create(inmate("a", {1})), "create cell \"a\": input/output error");
}

TEST_F(OnModel, HypervisorThatIsOff) {
    Driver before = driver();
    change([](Machine& machine) { machine.disable(); });
    EXPECT_EQ(refusal([&] { driver(); }), "Jailhouse is not enabled");
    EXPECT_EQ(refusal([&] { before.create("a", write_cell(inmate("a", {1}), layout_)); }),
              "create cell \"a\": Jailhouse has been disabled");
}

TEST_F(OnModel, DriverOfAnotherTree) {
    for (const Layout layout : {Layout::omnivisor, Layout::omnivisor_1}) {
        EXPECT_EQ(refusal([&] {
                      Driver(open_device(server_.device()), Tree(server_.sysfs()), layout,
                             timeout_ms);
                  }),
                  "the system configuration has the layout " + std::string(to_string(layout)) +
                      ", and the driver that runs is of another tree");
    }
    // What the Omnivisor calls load is nothing here.
    std::vector<char> argument(64);
    EXPECT_EQ(open_device(server_.device())
                  ->call(request::cell_load(Layout::omnivisor), argument.data(), argument.size()),
              EINVAL);
}

}  // namespace
}  // namespace jailhouse_test
