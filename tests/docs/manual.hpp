// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

// What the manual pages in docs/ say, read from their mdoc(7) source.
namespace phi::test {

using Names = std::set<std::string>;

// A file of the source tree, by its path there.
std::string source_text(const std::string& path);

class Manual {
  public:
    // The page docs/FILE.
    explicit Manual(const std::string& file);

    // Headings `.It Cm NAME` that stand behind each other, and the options below them, "--bundle"
    // and "-b". The first entry has no names: the options that belong to no command.
    struct Commands {
        Names names;
        Names options;
    };
    std::vector<Commands> commands() const;
    // What the macro marks, "Va" for example, below `.Ss` `section`; everywhere if that is empty,
    // and above the first `.Ss Settings of` if it is "-".
    Names marked(const std::string& macro, const std::string& section = "") const;

  private:
    struct Line {
        std::vector<std::string> words;  // of a macro line, without its dot
        std::string section;             // the `.Ss` that it stands below
    };
    std::vector<Line> lines_;
};

// The options of a help page, whoever printed it: "--bundle value, -b value", "-a,--auto".
Names options_of_help(const std::string& page);

}  // namespace phi::test
