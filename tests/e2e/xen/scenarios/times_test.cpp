// SPDX-License-Identifier: Apache-2.0
// runphi beside xl: the same domain (that of ID.cfg), in turn, in the same run. In emulation a
// figure alone says little, so both are measured in the same minute and only their ratios are
// asserted.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "core/base/text.hpp"
#include "report.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

constexpr int rounds = 5;
enum Step { creates, starts, pauses, resumes, destroys, steps };
constexpr std::array<const char*, steps> names{"create", "start", "pause", "resume", "destroy"};

class Times : public Container {
  protected:
    Times() { configure("{\"backend_settings\": {\"xen\": {\"keep_images\": true}}}\n"); }
    ~Times() override { configure(""); }

    using Figures = std::array<std::vector<double>, steps>;

    template <class Call>
    static void measure(std::vector<double>& ms, Call call) {
        const auto begin = std::chrono::steady_clock::now();
        const Result result = call();
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        ASSERT_EQ(result.status, 0) << result.err;
        ms.push_back(took.count());
    }
    static double median(std::vector<double> ms) {
        if (ms.empty()) return 0;
        std::sort(ms.begin(), ms.end());
        return ms[ms.size() / 2];
    }
    static double total(const Figures& figures) {
        double sum = 0;
        for (const auto& ms : figures) sum += median(ms);
        return sum;
    }

    void round_of_runphi(const std::string& bundle) {
        measure(ours_[creates], [&] { return runphi({"create", "--bundle", bundle, "c"}); });
        if (file_.empty()) keep_configuration();
        measure(ours_[starts], [] { return runphi({"start", "c"}); });
        measure(ours_[pauses], [] { return runphi({"pause", "c"}); });
        measure(ours_[resumes], [] { return runphi({"resume", "c"}); });
        measure(ours_[destroys], [] { return runphi({"delete", "--force", "c"}); });
        ASSERT_TRUE(no_domains());
    }
    // Its kernel lies in the container's folder, which goes with the container.
    void keep_configuration() {
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
    }
    void round_of_xl() {
        measure(theirs_[creates], [&] { return xl({"create", "-q", "-p", "-e", file_}); });
        measure(theirs_[starts], [&] { return xl({"unpause", name_}); });
        measure(theirs_[pauses], [&] { return xl({"pause", name_}); });
        measure(theirs_[resumes], [&] { return xl({"unpause", name_}); });
        measure(theirs_[destroys], [&] { return xl({"destroy", name_}); });
        ASSERT_TRUE(no_domains());
    }
    void table() const {
        const auto line = [](const char* name, double ours, double theirs) {
            std::array<char, 128> row{};
            std::snprintf(row.data(), row.size(), "%-10s %8.1f %8.1f %7.1f", name, ours, theirs,
                          ours > 0 ? theirs / ours : 0);
            remark(row.data());
        };
        remark("median ms    runphi       xl   ratio");
        for (int step = 0; step < steps; ++step)
            line(names[step], median(ours_[step]), median(theirs_[step]));
        line("total", total(ours_), total(theirs_));
    }

    Figures ours_, theirs_;
    std::string file_, name_;
};

TEST_F(Times, OfStartAndPauseAreLessThanThoseOfXl) {
    const std::string bundle = inmate_bundle("spin");
    for (int i = 0; i < rounds && !HasFatalFailure(); ++i) {
        round_of_runphi(bundle);
        if (!HasFatalFailure()) round_of_xl();
    }
    table();
    if (HasFatalFailure()) return;
    // What is a hypercall of the helper is never slower than a new xl.
    EXPECT_LT(median(ours_[starts]), median(theirs_[starts]));
    EXPECT_LT(median(ours_[pauses]), median(theirs_[pauses]));
}

}  // namespace
}  // namespace phi::test
