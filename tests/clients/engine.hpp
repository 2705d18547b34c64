// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "client.hpp"

namespace phi::test {

// Docker and Podman share one command line.
class Engine : public CommandLine {
  public:
    using CommandLine::CommandLine;

    std::vector<std::string> run(const Ask& ask) const override;
    std::vector<std::string> exec(const std::string& name, const std::vector<std::string>& options,
                                  const std::vector<std::string>& command) const override;
    std::vector<std::string> operation(const std::string& verb,
                                       const std::string& name) const override;
    std::string status(const std::string& name) const override;

  protected:
    void import_images(const std::vector<std::string>& images) const;
};

}  // namespace phi::test
