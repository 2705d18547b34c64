// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/line/flags.hpp"
#include "core/line/request.hpp"
#include "core/log/options.hpp"
#include "core/settings/settings.hpp"

// What stands before the command word.
namespace phi::line {

class GlobalLine {
  public:
    GlobalLine();

    // `words`: the command line without the program's name. Throws UsageError.
    void parse(const std::vector<std::string>& words);

    bool help() const { return flags_.help(); }
    bool version() const { return version_; }
    // The command word and all behind it; empty if there is none.
    const std::vector<std::string>& rest() const { return rest_; }
    std::string describe() const { return flags_.describe(); }

    // For the commands: --root made absolute, or the caller's own default root.
    Global global() const;
    // How the log is to be. The file is made if it is not there. Throws as runc does for an unknown
    // --log-format and a --log that cannot be opened.
    log::Options log_options(const Settings& settings) const;

  private:
    Flags flags_;
    std::string root_;
    std::string log_;
    std::string log_format_ = "text";
    bool debug_ = false;
    bool systemd_cgroup_ = false;
    bool version_ = false;
    std::vector<std::string> rest_;
};

// PATH from the current directory, with ".", ".." and double slashes taken out by their spelling,
// as Go's filepath.Abs does.
std::string absolute(const std::string& path);

}  // namespace phi::line
