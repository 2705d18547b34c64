// SPDX-License-Identifier: Apache-2.0
#include "output.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <runphi/sdk.hpp>

#include "../../common/files.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;
namespace fs = std::filesystem;

namespace {

// A folder beside the wanted one, removed unless it has become that.
class Draft {
  public:
    explicit Draft(const std::string& beside) : path_(beside + ".XXXXXX") {
        if (::mkdtemp(path_.data()) == nullptr) throw sdk::os_error("create " + path_);
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    ~Draft() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }
    void become(const std::string& wanted) {
        if (::chmod(path_.c_str(), 0755) != 0) throw sdk::os_error("chmod " + path_);
        if (::rename(path_.c_str(), wanted.c_str()) != 0) {
            const int why = errno;
            if (why != EEXIST && why != ENOTEMPTY) throw sdk::os_error("create " + wanted, why);
            throw Error(Code::exists, wanted + ": it is there, and not empty",
                        "remove it, or name another folder");
        }
        path_.clear();
    }

  private:
    std::string path_;
};

}  // namespace

void write_folder(const std::string& path, const std::vector<Product>& products) {
    std::string wanted = path;
    while (wanted.size() > 1 && wanted.back() == '/') wanted.pop_back();
    Draft draft(wanted);
    for (const Product& one : products) {
        const std::string file = draft.path() + "/" + one.file;
        common::write_file(file, one.content);
        if (::chmod(file.c_str(), 0644) != 0) throw sdk::os_error("chmod " + file);
    }
    draft.become(wanted);
}

}  // namespace runphi::bao
