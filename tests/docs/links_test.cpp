// SPDX-License-Identifier: Apache-2.0
// Links between our pages lead somewhere, and the index knows every page.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/text.hpp"
#include "docs/manual.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

// The targets of a page's links to files, without what stands behind "#".
Names links_of(const std::string& page) {
    Names targets;
    for (std::size_t at = page.find("]("); at != std::string::npos; at = page.find("](", at + 1)) {
        const std::string target = page.substr(at + 2, page.find(')', at) - at - 2);
        const std::string file = target.substr(0, target.find('#'));
        if (!file.empty() && file.find(':') == std::string::npos) targets.insert(file);
    }
    return targets;
}

TEST(Links, LeadToFiles) {
    std::size_t seen = 0;
    for (const char* folder : {"", "docs/"}) {
        for (const auto& entry : fs::directory_iterator(text(SOURCE_DIR, '/', folder))) {
            if (entry.path().extension() != ".md") continue;
            const std::string name = folder + entry.path().filename().string();
            for (const auto& target : links_of(source_text(name))) {
                EXPECT_TRUE(fs::exists(text(SOURCE_DIR, '/', folder, target)))
                    << name << " links to " << target;
                ++seen;
            }
        }
    }
    EXPECT_GE(seen, 50U);
}

TEST(Links, TheIndexHasEveryPage) {
    const Names linked = links_of(source_text("docs/README.md"));
    for (const auto& entry : fs::directory_iterator(SOURCE_DIR "/docs")) {
        const std::string name = entry.path().filename();
        if (name == "README.md" || !entry.is_regular_file()) continue;
        EXPECT_EQ(linked.count(name), 1U) << name;
    }
}

}  // namespace
}  // namespace phi::test
