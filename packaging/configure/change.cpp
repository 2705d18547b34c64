// SPDX-License-Identifier: Apache-2.0
#include "change.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "block.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"

namespace phi::configure {
namespace {

// "etc-docker-daemon.json"
std::string backup_of(const std::string& path) {
    std::string name = path.substr(1);
    for (char& c : name) c = c == '/' ? '-' : c;
    return text(memory_dir, "/", name);
}

unsigned mode_of(const Root& root, const std::string& path) {
    struct stat found {};
    return ::stat(root.at(path).c_str(), &found) == 0 ? found.st_mode & 07777 : 0644;
}

void make_folder_of(const Root& root, const std::string& path, std::vector<Change>& changes) {
    const std::string folder = path.substr(0, path.rfind('/'));
    if (folder.empty() || root.has_directory(folder)) return;
    make_folder_of(root, folder, changes);
    Step step;
    step.kind = Step::Kind::directory;
    step.path = folder;
    changes.push_back({step, [&root, folder] {
                           if (::mkdir(root.at(folder).c_str(), 0755) != 0) {
                               throw os_error("mkdir " + folder);
                           }
                       }});
}

}  // namespace

void change_file(const Root& root, const std::string& path, const std::string& content,
                 std::vector<Change>& changes) {
    const auto old = root.read(path);
    if (old == content) return;
    make_folder_of(root, path, changes);
    Step step;
    step.path = path;
    step.written = hash_of(content);
    if (old) step.backup = backup_of(path);
    const unsigned mode = mode_of(root, path);
    changes.push_back({step, [&root, step, content, old, mode] {
                           if (old) root.write(step.backup, *old, mode);
                           root.write(step.path, content, mode);
                       }});
}

std::string undo_file(const Root& root, const Step& step) {
    const auto now = root.read(step.path);
    if (!now) return {};  // nobody wants it any more, or it was not there yet
    if (hash_of(*now) == step.written) {
        if (step.backup.empty()) {
            root.remove(step.path);
        } else {
            root.write(step.path, root.read(step.backup).value(), mode_of(root, step.backup));
        }
        return {};
    }
    if (const auto rest = without_block(*now)) {
        root.write(step.path, *rest, mode_of(root, step.path));
        return {};
    }
    const auto old = step.backup.empty() ? std::nullopt : root.read(step.backup);
    if (!old || *old == *now) return {};  // it never got that far
    return text(step.path, " has been changed since, and is left as it is");
}

}  // namespace phi::configure
