// SPDX-License-Identifier: Apache-2.0
// runphi beside xl: the same domain (that of ID.cfg), in turn, on a machine whose clock counts
// instructions. Seconds of an emulator tell how much of a program it had to translate; what is
// executed is what a board executes, too, and the same in every run to a few in a hundred. Each as
// it is used: a node has a board file, and an xl that has created a domain stays for its end, as
// our monitor does.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>

#include "core/base/text.hpp"
#include "report.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

constexpr int rounds = 3;
constexpr double ns_an_instruction = 32;  // boot: COUNTED
enum Step { creates, starts, pauses, resumes, destroys, steps };
constexpr std::array<const char*, steps> step_names{"create", "start", "pause", "resume",
                                                    "destroy"};

// In thousands of instructions, of the whole machine.
class Figures {
  public:
    template <class Call>
    void measure(Call call) {
        const auto begin = std::chrono::steady_clock::now();
        call();
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - begin;
        all_.push_back(took.count() / ns_an_instruction);
    }
    double median() const {
        if (all_.empty()) return 0;
        auto sorted = all_;
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }

  private:
    std::vector<double> all_;
};

// Who makes a domain, and takes it through its life.
struct Maker {
    std::array<std::function<Result()>, steps> commands{};
    std::array<Figures, steps> of_steps{};
    Figures of_lives{};

    void do_step(int step) const {
        const Result result = commands[static_cast<std::size_t>(step)]();
        ASSERT_EQ(result.status, 0)
            << step_names[static_cast<std::size_t>(step)] << ": " << result.err;
    }
    // Each when what the one before has left to others, to xenconsoled and the kernel, is done.
    void live_step_by_step() {
        for (int step = 0; step < steps && !testing::Test::HasFatalFailure(); ++step) {
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
            of_steps[static_cast<std::size_t>(step)].measure([&] { do_step(step); });
        }
    }
    void live_at_once() {
        of_lives.measure([&] {
            for (int step = 0; step < steps && !testing::Test::HasFatalFailure(); ++step)
                do_step(step);
        });
    }
};

class Times : public Container {
  protected:
    Times() { configure("{\"backend_settings\": {\"xen\": {\"keep_images\": true}}}\n"); }
    ~Times() override { configure(""); }

    void SetUp() override {
        Container::SetUp();
        bundle_ = inmate_bundle("idle");
        ours_.commands = {[this] {
                              return runphi({"create", "--bundle", bundle_, "c"});
                          },
                          [] {
                              return runphi({"start", "c"});
                          },
                          [] {
                              return runphi({"pause", "c"});
                          },
                          [] {
                              return runphi({"resume", "c"});
                          },
                          [] {
                              return runphi({"delete", "--force", "c"});
                          }};
        theirs_.commands = {[this] {
                                return xl({"create", "-q", "-p", file_});
                            },
                            [this] {
                                return xl({"unpause", name_});
                            },
                            [this] {
                                return xl({"pause", name_});
                            },
                            [this] {
                                return xl({"unpause", name_});
                            },
                            [this] {
                                return xl({"destroy", name_});
                            }};
        keep_configuration();
    }
    // Its kernel lies in the container's folder, which goes with the container.
    void keep_configuration() {
        ours_.do_step(creates);
        const Result found = run_program({tool("find"), "/run/runPHI", "-name", "*.cfg"});
        const std::string file = found.out.substr(0, found.out.find('\n'));
        ASSERT_NE(file, "");
        run_program({tool("cp"), "-r", file.substr(0, file.rfind('/')), "/tmp/kept"});
        std::string config = read_text(file);
        const std::string folder = file.substr(0, file.rfind('/'));
        for (auto at = config.find(folder); at != std::string::npos; at = config.find(folder))
            config.replace(at, folder.size(), "/tmp/kept");
        file_ = "/tmp/kept.cfg";
        write_text(file_, config);
        name_ = domains().at(0).name;
        ours_.do_step(destroys);
    }
    void table() const {
        const auto line = [](const char* name, const Figures& ours, const Figures& theirs) {
            std::array<char, 128> row{};
            std::snprintf(row.data(), row.size(), "%-10s %8.0f %8.0f %7.1f", name, ours.median(),
                          theirs.median(), theirs.median() / ours.median());
            remark(row.data());
        };
        remark("thousand instructions, medians");
        remark("             runphi       xl   ratio");
        for (std::size_t step = 0; step < steps; ++step)
            line(step_names[step], ours_.of_steps[step], theirs_.of_steps[step]);
        line("a life", ours_.of_lives, theirs_.of_lives);
        remark(text("a program that does nothing: ", static_cast<int>(nothing_.median())));
    }

    ChangedBoard as_it_is_{};
    Maker ours_, theirs_;
    Figures nothing_;
    std::string bundle_, file_, name_;
};

TEST_F(Times, AreLessThanThoseOfXl) {
    for (int i = 0; i < rounds && !HasFatalFailure(); ++i) {
        for (Maker* maker : {&ours_, &theirs_}) {
            maker->live_step_by_step();
            maker->live_at_once();
        }
        ASSERT_TRUE(no_domains());
        nothing_.measure([] { run_program({tool("busybox"), "true"}); });
    }
    if (HasFatalFailure()) return;
    table();
    EXPECT_LT(ours_.of_lives.median(), theirs_.of_lives.median());
    // These are a hypercall of the helper's, and an xl that is loaded for it.
    for (const Step step : {starts, pauses, resumes})
        EXPECT_LT(3 * ours_.of_steps[step].median(), theirs_.of_steps[step].median())
            << step_names[step];
}

}  // namespace
}  // namespace phi::test
