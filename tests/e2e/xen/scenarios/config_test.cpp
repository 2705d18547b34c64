// SPDX-License-Identifier: Apache-2.0
// ID.cfg in the container's folder: what xl makes of it is the domain that libxl was asked for.
#include <algorithm>
#include <set>

#include "core/base/text.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

// What libxl keeps of a domain's configuration, by lines. Not what is the toolstack's own affair:
// the domain's number, whether memory is claimed first, and what to do at a soft reset.
std::set<std::string> configuration_of(const std::string& domain) {
    std::set<std::string> lines;
    const std::string listed = xl({"list", "-l", domain}).out;
    for (std::string_view line : split(listed, '\n')) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (line.ends_with(',')) line.remove_suffix(1);
        const bool other = line.starts_with("\"domid\"") || line.starts_with("\"kernel\"") ||
                           line.starts_with("\"ramdisk\"") || line.starts_with("\"claim_mode\"") ||
                           line.starts_with("\"on_soft_reset\"");
        if (!other) lines.emplace(line);
    }
    return lines;
}

// What xl has told libxl, and we have not; libxl writes down more of what it is told of us.
std::string missing(const std::set<std::string>& ours, const std::set<std::string>& theirs) {
    std::string all;
    for (const auto& line : theirs) {
        if (!ours.contains(line)) all += line + '\n';
    }
    return all;
}

class Config : public Container {
  protected:
    Config() {
        // The images stay where the file says that they are.
        configure("{\"backend_settings\": {\"xen\": {\"keep_images\": true}}}\n");
    }
    ~Config() override {
        runphi({"delete", "--force", "c"});
        configure("");
    }

    void same_by_xl(const std::string& bundle) {
        ASSERT_EQ(runphi({"create", "--bundle", bundle, "c"}).err, "");
        ASSERT_EQ(domains().size(), 1U);
        const Domain ours = domains()[0];
        const auto configuration = configuration_of(ours.name);
        ASSERT_GT(configuration.size(), 10U);
        const Result found = run_program({tool("find"), "/run/runPHI", "-name", "*.cfg"});
        const std::string file = found.out.substr(0, found.out.find('\n'));
        ASSERT_NE(file, "");
        const std::string text = read_text(file);
        // With the domain the container is gone, too, but for its folder.
        EXPECT_EQ(xl({"destroy", ours.name}).status, 0);
        EXPECT_TRUE(no_domains());
        const Result made = xl({"create", "-q", "-p", "-e", file});
        ASSERT_EQ(made.status, 0) << made.err << text;
        ASSERT_EQ(domains().size(), 1U);
        EXPECT_EQ(domains()[0].name, ours.name);
        EXPECT_EQ(missing(configuration, configuration_of(ours.name)), "") << text;
        EXPECT_EQ(xl({"destroy", ours.name}).status, 0);
        EXPECT_TRUE(no_domains());
    }
};

TEST_F(Config, OfAnInmateMakesTheSameDomainByXl) {
    same_by_xl(inmate_bundle("spin"));
}

TEST_F(Config, OfALinuxGuestMakesTheSameDomainByXl) {
    same_by_xl(linux_bundle("box", "exit 0"));
}

}  // namespace
}  // namespace phi::test
